/** Simplified Chinese. */
import { en } from "./en.ts";
import type { CliWords } from "./words.ts";

export const zh = { ...en } satisfies CliWords;
