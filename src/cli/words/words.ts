/** The sentences of the program, one table per language: an entry that one lacks does not compile. */
import type { Language } from "../../words/language.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

/** English has everything first; nothing reads these sentences back. */
export type CliWords = typeof en;

const tables: Readonly<Record<Language, CliWords>> = { en, zh };

export function cliWords(language: Language): CliWords {
  return tables[language];
}
