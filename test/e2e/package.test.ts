/** What npm gives to users: packed, published to a registry of the test's own, installed by name. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./harness/processes.ts";
import { createStage, expectAccepted, mainJob, modelsOnTheWire, scenario } from "./support.ts";
import { createStageV2, describeV2 } from "./v2/stage.ts";

const repository = join(import.meta.dir, "../..");
const manifest: { name: string; version: string } = JSON.parse(
  readFileSync(join(repository, "package.json"), "utf8"),
);

let folder: string;
let tarball: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opencode-package-"));
  // Without scripts: what is packed is the bundle that the other tests have run.
  const pack = ["npm", "pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const [packed]: { filename: string }[] = JSON.parse(await runCommand(pack, { cwd: repository }));
  tarball = join(folder, packed?.filename ?? "");
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("the package", () => {
  scenario("installs into an empty project without the network, and Node imports it", async () => {
    await using stage = await createStage();
    const { cwd } = stage;
    const env = { ...stage.home.env };
    await writeFile(join(cwd, "package.json"), "{}");
    const install = ["npm", "install", "--offline", "--no-audit", "--no-fund", tarball];
    await runCommand(install, { cwd, env });
    const [installed] = (await runCommand(["npm", "ls", "--all", "--parseable"], { cwd, env }))
      .trim()
      .split("\n")
      .slice(1);
    expect(installed).toBe(join(cwd, "node_modules", manifest.name));

    const script = `
      const module = await import("${manifest.name}");
      const server = await import("${manifest.name}/server");
      const { id, server: start } = module.default;
      console.log(JSON.stringify([Object.keys(module), id, typeof start, server.default === module.default]));
    `;
    const printed = await runCommand(["node", "--input-type=module", "-e", script], { cwd, env });
    expect(JSON.parse(printed)).toEqual([["default"], manifest.name, "function", true]);

    // OpenCode takes the folder as well.
    await stage.home.writeConfig(cwd, { plugin: [`./node_modules/${manifest.name}`] });
    expect(await stage.opencode("models", "openai")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("openai/gpt-5.1-codex-high"),
    });
  });

  scenario("opencode plugin installs it by name, and it does the main job", async () => {
    await using stage = await createStage({ catalogue: "whole" });
    await using registry = serveRegistry(readFileSync(tarball));
    const { home, cwd, gateway } = stage;
    await home.writeConfig(cwd, {});
    const env = { npm_config_registry: registry.url };
    const installed = await stage.opencodeWith(env, "plugin", manifest.name);
    expect(installed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Installed") });
    expect(registry.downloads()).toBe(1);
    const config = readFileSync(join(cwd, ".opencode/opencode.json"), "utf8");
    expect(JSON.parse(config)).toMatchObject({ plugin: [manifest.name] });

    const model = "--model=openai/gpt-5.1-codex-high";
    const result = await stage.opencodeWith(env, "run", mainJob, model);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(cwd, "test.txt"), "utf8").trim()).toBe("hello world");
    expectAccepted(gateway);
    expect(modelsOnTheWire(gateway)).toEqual(["gpt-5.1-codex high"]);
  });
});

describeV2("the package in OpenCode 2", () => {
  scenario("by the same line, or by opencode plugin add: it does the main job", async () => {
    await using stage = await createStageV2();
    await using registry = serveRegistry(readFileSync(tarball));
    const { home, cwd, gateway } = stage;
    const env = { npm_config_registry: registry.url };
    const model = "--model=openai/gpt-5.1-codex-high";
    await home.writeConfig(cwd, { plugin: [manifest.name] });
    expect(await stage.runWith(env, mainJob, model)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(cwd, "test.txt"), "utf8").trim()).toBe("hello world");

    await home.writeConfig(cwd, {});
    await rm(join(cwd, "test.txt"));
    expect(await stage.opencodeWith(env, "plugin", "add", manifest.name)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("installed and added"),
    });
    const config = readFileSync(join(home.configFolder, "opencode.json"), "utf8");
    expect(JSON.parse(config)).toMatchObject({ plugins: [manifest.name] });
    expect(await stage.runWith(env, mainJob, model)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(cwd, "test.txt"), "utf8").trim()).toBe("hello world");
    expectAccepted(gateway);
    expect(modelsOnTheWire(gateway)).toEqual(["gpt-5.1-codex high"]);
  });
});

/** An npm registry with one package in it; npm's security advisories are not there (404). */
function serveRegistry(content: Uint8Array<ArrayBuffer>) {
  let downloads = 0;
  const file = `/${manifest.name}/-/${manifest.name}-${manifest.version}.tgz`;
  const hash = (algorithm: string, encoding: "hex" | "base64") =>
    createHash(algorithm).update(content).digest(encoding);
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch({ url }) {
      const { pathname, origin } = new URL(url);
      if (pathname === file) {
        downloads += 1;
        return new Response(content);
      }
      if (pathname !== `/${manifest.name}`) return Response.json({}, { status: 404 });
      const dist = {
        tarball: origin + file,
        integrity: `sha512-${hash("sha512", "base64")}`,
        shasum: hash("sha1", "hex"),
      };
      return Response.json({
        name: manifest.name,
        "dist-tags": { latest: manifest.version },
        versions: { [manifest.version]: { ...manifest, dist } },
      });
    },
  });
  return {
    url: server.url.href,
    downloads: () => downloads,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
