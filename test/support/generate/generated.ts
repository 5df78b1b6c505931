/**
 * Everything in the repository that is made of a table of the code: `bun run generate` writes it, and
 * `test/unit/generated.test.ts` fails when a file says anything else.
 */
import { readFileSync } from "node:fs";
import { catalog } from "../../../src/models/catalog.ts";
import { settingsJsonSchema } from "../../../src/settings/json-schema.ts";
import { faultTable, faultTableInChinese, measuredInChinese } from "./faults.ts";
import { fillMarks, markdownTable } from "./markdown.ts";
import { plotPerformance } from "./plot.ts";
import { legacyTemplate, minimalTemplate, modernTemplate } from "./templates.ts";
import { drawWay } from "./way.ts";

export type Generated = {
  /** From the root of the repository. */
  readonly path: string;
  /** The file as it should be. The layout of JSON is the formatter's. */
  readonly make: (current: string) => string;
};

export const generated: readonly Generated[] = [
  json("config/settings.schema.json", settingsJsonSchema),
  json("config/minimal-opencode.json", minimalTemplate),
  json("config/opencode-modern.json", modernTemplate),
  json("config/opencode-legacy.json", legacyTemplate),
  page("README.md", "models", models(["model", "efforts"])),
  page("config/README.md", "models", models(["model", "efforts"])),
  page("docs/zh-CN/README.md", "models", models(["模型", "推理强度"])),
  page("docs/faults.md", "faults", faultTable()),
  {
    path: "docs/zh-CN/faults.md",
    make: (current) =>
      fillMarks(
        fillMarks(current, "faults", faultTableInChinese()),
        "measured",
        measuredInChinese(read("docs/faults.md")),
      ),
  },
  { path: "docs/pictures/way.svg", make: () => drawWay("en") },
  { path: "docs/pictures/way.zh.svg", make: () => drawWay("zh") },
  {
    path: "docs/pictures/performance.svg",
    make: () => plotPerformance(read("docs/development/performance.md")),
  },
];

function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
}

function models(head: readonly [string, string]): string {
  return markdownTable(
    head,
    [...catalog].map(([id, { efforts }]) => [`\`${id}\``, efforts.join(", ")]),
  );
}

function json(path: string, make: () => object): Generated {
  return { path, make: () => `${onLines(JSON.stringify(make(), null, 2))}\n` };
}

/** An object of plain values on one line. The formatter gives it several where it is too long. */
function onLines(text: string): string {
  return text.replace(/\{\n[^{}[\]]+\}/g, (object) => object.replace(/\n */g, " "));
}

function page(path: string, name: string, content: string): Generated {
  return { path, make: (current) => fillMarks(current, name, content) };
}
