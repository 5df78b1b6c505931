/** The program `opencode-openai-codex-key`, a file of its own: a plugin's start does not pay for it. */
import { start } from "./cli/start.ts";

void start(new URL(import.meta.url), new URL("index.js", import.meta.url));
