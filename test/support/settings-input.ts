import type { SettingsInput } from "../../src/settings/input.ts";

/** What `loadSettings` is told on a machine where nothing is set, and a test's own beside it. */
export function inputIn(home: string, change: Partial<SettingsInput> = {}): SettingsInput {
  return {
    env: {},
    home,
    directory: home,
    worktree: home,
    pluginOptions: undefined,
    provider: undefined,
    login: undefined,
    ...change,
  };
}
