/** The words of this process, which has one user with one language. */
import { en } from "./en.ts";
import type { Language } from "./language.ts";
import type { Words } from "./words.ts";
import { zh } from "./zh.ts";

const tables: Readonly<Record<Language, Words>> = { en, zh };

let current = en;

/** To be asked when something is said, and not before: the settings may name another language. */
export const words = (): Words => current;

/** What is said from now on is said in this language. */
export function speak(language: Language): void {
  current = tables[language];
}
