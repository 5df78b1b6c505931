/** The words of this process: English is the only language yet. */
import { en } from "./en.ts";
import type { Words } from "./words.ts";

export const words: Words = en;
