/**
 * Broken set-ups, with the real OpenCode beside the doctor: cause and cure are named. All of them, in
 * both languages, with `OPENCODE_E2E_ALL=1`; in one of them with `OPENCODE_E2E_LANGUAGE=zh`.
 */
import { describe, expect } from "bun:test";
import { type Language, languages } from "../../../src/words/language.ts";
import { hasOpenCode2, openCode2, pinnedVersion } from "../harness/binary.ts";
import { key, scenario, thorough } from "../support.ts";
import { hostStates } from "./states.ts";
import { visit } from "./visit.ts";

const named = languages.filter((one) => one === process.env.OPENCODE_E2E_LANGUAGE);
const spoken: readonly Language[] = named.length > 0 ? named : thorough ? languages : ["en"];

/** A visit takes ten seconds and more, so not all of them are paid in every run. */
const always = new Set([
  "the plugin is listed and not installed",
  "the provider is switched off",
  "the model is not served",
]);
const states = hostStates.filter(({ name }) => thorough || always.has(name));

const hosts = [
  { major: 1, version: pinnedVersion() },
  { major: 2, version: openCode2 },
] as const;

for (const { major, version } of hosts) {
  describe.skipIf(major === 2 && !hasOpenCode2)(`the doctor beside OpenCode ${major}`, () => {
    for (const state of states.filter((one) => (one.major ?? major) === major)) {
      scenario(state.name, async () => {
        for (const visited of await visit(state, major, spoken)) {
          const { language, code, text, cause, checks, runtime } = visited;
          // The runtime of OpenCode, whatever the program was started with.
          expect(runtime).toMatchObject({ name: "bun", host: version });
          const failed = checks.filter(({ status }) => status === "fail").map(({ id }) => id);
          expect(failed).toEqual(state.status === "fail" && state.check ? [state.check] : []);
          expect(cause?.check).toBe(state.check);
          const found = checks.find(({ id }) => id === state.check);
          expect(found?.status).toBe(state.status);
          expect(cause?.summary ?? "").toMatch(state.says[language]);
          expect(cause?.advice ?? "").toMatch(state.cure[language]);
          expect(code).toBe(state.status === "fail" ? 1 : 0);
          expect(text).not.toContain(key);
        }
      });
    }
  });
}
