/**
 * Makes the pictures of the documentation anew: `bun run pictures`, or `bun run pictures login run`
 * for some of them. They show what the real programs print, so times in them differ from run to run.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { credential } from "../e2e/support.ts";
import { drawTerminal } from "./picture.ts";
import { createScene, scenes } from "./scenes.ts";

const folder = join(import.meta.dir, "../../docs/pictures");
const wishes = process.argv.slice(2);

await mkdir(folder, { recursive: true });
for (const { name, title, size, play } of scenes) {
  if (wishes.length > 0 && !wishes.includes(name)) continue;
  await using stage = await createScene(name);
  if (name !== "login") {
    await stage.home.writeCredential(credential(stage.gateway.url, "sk-relay-0123456789"));
  }
  let printed = "";
  const onOutput = (output: string): void => {
    printed += output;
  };
  await play({ stage, terminal: { home: stage.home, cwd: stage.cwd, ...size, onOutput } });
  // What differs from machine to machine, and says nothing.
  const rewrite = (text: string): string =>
    text
      .replaceAll(stage.gateway.url, "https://gateway.example")
      .replaceAll(new URL(stage.gateway.url).host, "gateway.example")
      .replaceAll(stage.cwd, "~/project")
      .replaceAll(stage.home.path, "~");
  const svg = await drawTerminal(printed, size, title, rewrite);
  await writeFile(join(folder, `${name}.svg`), svg);
  console.log(`docs/pictures/${name}.svg  ${(svg.length / 1024).toFixed(1)} KB`);
}
process.exit();
