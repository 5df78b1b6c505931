/** What `--fix` would change. Pure: nothing is done here. */
import { isDeepStrictEqual } from "node:util";
import { credentialPath } from "../../settings/credential.ts";
import { configFileFor, leaksKey } from "../checks/plugin.ts";
import { isLax, octal, storedFiles } from "../checks/settings.ts";
import { pluginSpec } from "../opencode/places.ts";
import type { Setup } from "../setup.ts";
import type { Report, World } from "../types.ts";

export type Change =
  | { readonly type: "mode"; readonly path: string; readonly mode: number }
  /** An entry of `plugin` in a file of OpenCode's, by its place among those of the file. */
  | { readonly type: "drop_entry"; readonly path: string; readonly index: number }
  | {
      readonly type: "set_entry";
      readonly path: string;
      /** Nothing: behind the last. */
      readonly index: number | undefined;
      readonly spec: string;
    }
  | { readonly type: "drop_key"; readonly path: string };

export type Fix = {
  readonly change: Change;
  /** What it changes, for the user. */
  readonly what: string;
  /** Done only if the user says yes to this. */
  readonly question?: string;
  /** Only if the one before it was not done. */
  readonly otherwise?: boolean;
};

type Plan = {
  readonly setup: Setup;
  readonly report: Report;
  readonly world: World;
};

export function planFixes(plan: Plan): Fix[] {
  return [...modes(plan), ...duplicates(plan), ...strandedKey(plan)];
}

function modes({ setup, world }: Plan): Fix[] {
  const { fix } = world.words;
  if (world.platform === "win32") return [];
  return storedFiles(setup.modes)
    .filter(isLax)
    .map(({ path, mode, wanted }) => ({
      change: { type: "mode", path, mode: wanted },
      what: fix.mode(path, octal(mode), octal(wanted)),
    }));
}

/**
 * Of entries for this plugin in one file the last counts. One in another file may be what other
 * projects load it by, so it stays.
 */
function duplicates({ setup, world }: Plan): Fix[] {
  const { fix } = world.words;
  const ours = setup.plugins.filter(({ found }) => found !== "nothing" && found !== "foreign");
  return ours
    .filter(({ source }, index) => ours.slice(index + 1).some((later) => later.source === source))
    .flatMap((entry) => {
      const index = indexOf(setup, entry);
      if (index === undefined) return [];
      const change = { type: "drop_entry", path: entry.source, index } as const;
      return [{ change, what: fix.dropEntry(entry.spec, entry.source) }];
    })
    .toSorted((a, b) => b.change.index - a.change.index);
}

/** Place of an entry among those of its file. */
function indexOf({ written }: Setup, entry: Setup["plugins"][number]): number | undefined {
  const same = written.plugins.filter(({ source }) => source === entry.source);
  const index = same.findIndex(
    ({ spec, options }) => spec === entry.spec && isDeepStrictEqual(options, entry.options),
  );
  return index === -1 ? undefined : index;
}

/** A key that OpenCode would send to OpenAI, since no plugin of ours runs there. */
function strandedKey({ setup, report, world }: Plan): Fix[] {
  const { fix } = world.words;
  const failed = report.results.some(({ id, status }) => id === "plugin" && status === "fail");
  if (!failed || !leaksKey(setup) || world.env.OPENCODE_PURE) return [];
  const spec = pluginSpec(world.bundle);
  const last = setup.plugins.at(-1);
  const index = last && indexOf(setup, last);
  const path = index === undefined ? configFileFor(setup) : (last?.source ?? "");
  const add =
    index === undefined || last === undefined
      ? fix.addEntry(spec, path)
      : fix.replaceEntry(last.spec, spec, path);
  const stored = credentialPath(world);
  const drop = fix.dropKey(stored);
  const fixes: Fix[] = [];
  // The same line again would not help.
  if (last?.spec !== spec) {
    const change = { type: "set_entry", path, index, spec } as const;
    fixes.push({ change, what: add, question: fix.askAdd(add) });
  }
  if (setup.credential.source === stored) {
    const change = { type: "drop_key", path: stored } as const;
    fixes.push({ change, what: drop, question: fix.askDrop(drop), otherwise: fixes.length > 0 });
  }
  return fixes;
}
