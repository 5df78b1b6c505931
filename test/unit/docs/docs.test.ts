/** The documentation says what is so: as far as a program can tell. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import * as v from "valibot";
import { en } from "../../../src/cli/words/en.ts";
import { isObject } from "../../../src/json.ts";
import { codexRelease, legacyNames } from "../../../src/models/catalog.ts";
import { endpointCandidates } from "../../../src/request/endpoint.ts";
import { BaseURLSchema } from "../../../src/settings/fields.ts";
import { parseJsonc } from "../../../src/settings/jsonc.ts";
import { SettingsFileSchema, SettingsSchema } from "../../../src/settings/schema.ts";
import {
  anchorsOf,
  blocksOf,
  codeIn,
  linksOf,
  loadPage,
  loadPages,
  repository,
  rowsOf,
  sectionOf,
} from "./pages.ts";
import { variablesBelow } from "./variables.ts";

const pages = loadPages();
const readme = loadPage("README.md");
const chinese = loadPage("docs/zh-CN/README.md");
const configuration = loadPage("docs/configuration.md");
const gateways = loadPage("docs/gateways.md");

const manifest: {
  name: string;
  version: string;
  packageManager: string;
  files: string[];
  scripts: Record<string, string>;
} = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));

const exists = (path: string): boolean => existsSync(join(repository, path));
const isFolder = (path: string): boolean => statSync(join(repository, path)).isDirectory();

const help = en.help("opencode-openai-codex-key", "0.0.0");

describe("links", () => {
  for (const { path, text } of pages) {
    test(`of ${path} lead to a file and a heading that are there`, () => {
      const broken = linksOf(text).filter((link) => {
        const [file = "", anchor] = link.split("#");
        const target = file === "" ? path : normalize(join(dirname(path), file));
        if (!exists(target)) return true;
        if (anchor === undefined) return false;
        return isFolder(target) || !anchorsOf(loadPage(target).text).has(anchor);
      });
      expect(broken).toEqual([]);
    });

    test(`of ${path} stay among the files that npm ships`, () => {
      const shipped = ["README.md", "LICENSE", ...manifest.files];
      const outside = linksOf(text).filter((link) => {
        const [file = ""] = link.split("#");
        const target = normalize(join(dirname(path), file));
        return file !== "" && !shipped.some((one) => `${target}/`.startsWith(`${one}/`));
      });
      expect(outside).toEqual([]);
    });
  }

  test.each([readme, chinese])(
    "lead to every page of its language from $path",
    ({ path, text }) => {
      const linked = new Set(
        linksOf(text).map((link) => normalize(join(dirname(path), link.split("#")[0] ?? ""))),
      );
      const inThisLanguage = (page: string) =>
        page.startsWith("docs/development/") ||
        !/^(?:README|docs\/)/.test(page) ||
        page.startsWith("docs/zh-CN/") === (path === chinese.path);
      const all = pages.map((page) => page.path).filter((page) => page !== "config/README.md");
      const missing = all.filter(
        (page) => page !== path && inThisLanguage(page) && !linked.has(page),
      );
      expect(missing).toEqual([]);
    },
  );
});

describe("names of files", () => {
  for (const { path, text } of pages) {
    test(`in ${path} are right`, () => {
      const named = codeIn(text).filter((code) =>
        /^(?:src|test|docs|config|\.ci|\.github)\/[\w./-]*$/.test(code),
      );
      expect(
        named.filter((name) => !exists(name) || name.endsWith("/") !== isFolder(name)),
      ).toEqual([]);
    });
  }

  test("beside a room of ARCHITECTURE.md are in that room", () => {
    const { text } = loadPage("docs/development/ARCHITECTURE.md");
    const rooms = rowsOf(sectionOf(text, "## Rooms")).map(([room = "", what = ""]) => ({
      room: room.replaceAll("`", ""),
      files: codeIn(what).filter((code) => /^[\w-]+\.ts$/.test(code)),
    }));
    expect(rooms.filter(({ files }) => files.length > 0).length).toBeGreaterThan(4);
    expect(
      rooms
        .flatMap(({ room, files }) => files.map((file) => room + file))
        .filter((file) => !exists(file)),
    ).toEqual([]);
  });
});

describe("settings", () => {
  const known = [...v.keyof(SettingsSchema).options, "trustedOrigins", "gateways", "gatewayOrder"];

  test("are all documented, and no others", () => {
    const headings = [...sectionOf(configuration.text, "## Settings").matchAll(/^### (.+)$/gm)];
    expect(headings.map(([, name]) => name).sort()).toEqual([...known].sort());
  });

  test("have an example each", () => {
    for (const name of known) {
      const section = sectionOf(configuration.text, `### ${name}`);
      const examples = blocksOf(section).filter(({ info }) => info === "json settings");
      expect(examples.some(({ code }) => Object.hasOwn(JSON.parse(code), name))).toBe(true);
    }
  });

  for (const { path, text } of pages) {
    test(`in code blocks of ${path} are valid`, () => {
      for (const { info, code } of blocksOf(text)) {
        if (!/^jsonc? settings$/.test(info)) continue;
        const { values } = parsed(code);
        const keys = [...v.keyof(SettingsFileSchema).options] as string[];
        expect(
          Object.keys(isObject(values) ? values : {}).filter((key) => !keys.includes(key)),
        ).toEqual([]);
        expect(v.safeParse(SettingsFileSchema, values).issues).toBeUndefined();
      }
    });

    test(`in the plugin's options of ${path} are valid`, () => {
      for (const { info, code } of blocksOf(text)) {
        if (!info.startsWith("json")) continue;
        const { values } = parsed(code);
        const plugins = isObject(values) && Array.isArray(values.plugin) ? values.plugin : [];
        for (const entry of plugins) {
          const [spec, options] = [entry].flat(1) as unknown[];
          expect(String(spec)).toContain(manifest.name);
          if (options === undefined) continue;
          const schema = v.strictObject(SettingsSchema.entries);
          expect(v.safeParse(schema, options).issues).toBeUndefined();
        }
      }
    });
  }
});

function parsed(code: string): { values: unknown } {
  const result = parseJsonc(code);
  if (result.type === "invalid") throw new Error(`${JSON.stringify(result.why)}:\n${code}`);
  return result;
}

describe("JSON", () => {
  for (const { path, text } of pages) {
    test(`in ${path} parses`, () => {
      for (const { info, code } of blocksOf(text)) {
        if (/^json( |$)/.test(info)) expect(() => JSON.parse(code)).not.toThrow();
        if (/^jsonc( |$)/.test(info)) expect(parsed(code)).toBeDefined();
      }
    });
  }
});

describe("environment variables", () => {
  const read = variablesBelow(join(repository, "src"));
  const section = sectionOf(configuration.text, "## Environment variables");
  const documented = new Set(
    rowsOf(section)
      .flatMap(([names = ""]) => codeIn(names))
      .filter((code) => /^[A-Z][A-Z0-9_]*$/.test(code)),
  );

  test("that the code reads are documented", () => {
    expect(read.size).toBeGreaterThan(20);
    expect([...read].filter((name) => !documented.has(name))).toEqual([]);
  });

  test("that are documented are read by the code", () => {
    expect([...documented].filter((name) => !read.has(name))).toEqual([]);
  });

  // For developers.
  const others = variablesBelow(join(repository, "test")).add("BUN_BE_BUN");
  for (const { path, text } of pages) {
    test(`on ${path} are none that nobody reads`, () => {
      const codes = [...codeIn(text), ...blocksOf(text).map(({ code }) => code)].join("\n");
      const named = codes.match(/\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b/g) ?? [];
      expect(named.filter((name) => !read.has(name) && !others.has(name))).toEqual([]);
    });
  }
});

describe("commands", () => {
  const version = manifest.packageManager.replace("bun@", "");
  for (const { path, text } of pages) {
    test(`of ${path} exist`, () => {
      for (const [, pinned, name = ""] of text.matchAll(/\bbun(?:@([\d.]+))? run ([\w:-]+)/g)) {
        expect(Object.keys(manifest.scripts)).toContain(name);
        if (pinned !== undefined) expect(pinned).toBe(version);
      }
      for (const [, file = ""] of text.matchAll(/\bbun test (test\/[\w./-]*[\w/])/g)) {
        expect(exists(file)).toBe(true);
      }
      for (const [, argument = ""] of text.matchAll(
        /(?:bunx(?: --bun)?|npx(?: --yes)?) opencode-openai-codex-key ([\w-]+)/g,
      )) {
        expect(help).toContain(argument.startsWith("-") ? argument : `\n  ${argument}  `);
      }
    });
  }

  test("of the program are all mentioned", () => {
    const text = pages.map((page) => page.text).join("\n");
    const commands = [...help.matchAll(/^ {2}(\w+) {2}/gm)].map(([, command]) => command);
    expect(commands.length).toBeGreaterThan(2);
    expect(commands.filter((name) => !text.includes(`${manifest.name} ${name}`))).toEqual([]);
  });
});

describe("no machine of a developer", () => {
  const paths = /(?:\/(?:home|Users|root|tmp|work|var|opt|mnt|private)\/|[A-Z]:\\Users)/;
  for (const { path, text } of pages) {
    test(`shows in ${path}`, () => {
      expect(text.split("\n").filter((line) => paths.test(line))).toEqual([]);
    });
  }
});

describe("facts", () => {
  for (const { path, text } of [readme, chinese]) {
    test(`of retired names in ${path}`, () => {
      for (const name of legacyNames.keys()) expect(codeIn(text)).toContain(name);
    });
  }

  test("of how base URLs are understood", () => {
    const rows = rowsOf(sectionOf(gateways.text, "## Base URLs")).filter(([url = ""]) =>
      url.startsWith("`https://gateway.example"),
    );
    expect(rows.length).toBeGreaterThan(6);
    for (const [url = "", asked = ""] of rows) {
      const baseURL = v.parse(BaseURLSchema, url.replaceAll("`", ""));
      expect(asked.replaceAll("`", "")).toBe(endpointCandidates(baseURL)[0]);
    }
  });

  test("of the paths an endpoint is looked for at", () => {
    const [paths] = blocksOf(sectionOf(gateways.text, "## How the endpoint is found"));
    const origin = "https://gateway.example";
    expect(paths?.code.trim().split("\n")).toEqual(
      endpointCandidates(origin).map((url) => url.slice(origin.length)),
    );
  });

  test("of the release of the Codex CLI that is imitated", () => {
    const named = pages.flatMap(({ text }) => [
      ...text.matchAll(/(?:rust-v|codex_cli_rs\/|Codex CLI )(\d+\.\d+\.\d+)/g),
    ]);
    expect(named.length).toBeGreaterThan(5);
    expect([...new Set(named.map(([, release]) => release))]).toEqual([codexRelease]);
  });

  test("of the version", () => {
    expect(loadPage("CHANGELOG.md").text).toContain(`\n## ${manifest.version} `);
  });
});
