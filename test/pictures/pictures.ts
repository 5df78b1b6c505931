/**
 * Makes the pictures of the documentation anew: `bun run pictures`, or `bun run pictures login run`
 * for some of them. They show what the real programs print, so times in them differ from run to run.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Language } from "../../src/words/language.ts";
import { credential } from "../e2e/support.ts";
import { drawTerminal } from "./picture.ts";
import { createScene, type Scene, scenes } from "./scenes.ts";

const repository = join(import.meta.dir, "../..");
const folder = join(repository, "docs/pictures");
const wishes = process.argv.slice(2);

await mkdir(folder, { recursive: true });
for (const scene of scenes) {
  if (wishes.length > 0 && !wishes.includes(scene.name)) continue;
  for (const language of scene.languages) await take(scene, language);
}
process.exit();

async function take({ name, title, size, play }: Scene, language: Language): Promise<void> {
  await using stage = await createScene(name, language);
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
      .replaceAll(stage.home.path, "~")
      .replaceAll(stage.cwd.replace(stage.home.path, "~"), "~/project")
      .replaceAll(repository, "~/opencode-openai-codex-key");
  const svg = await drawTerminal(printed, size, title, rewrite);
  const file = language === "en" ? `${name}.svg` : `${name}.${language}.svg`;
  await writeFile(join(folder, file), svg);
  console.log(`docs/pictures/${file}  ${(svg.length / 1024).toFixed(1)} KB`);
}
