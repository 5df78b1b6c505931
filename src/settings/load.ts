/** All gateways of the user, the one of the single `baseURL` among them, in the order they are asked. */
import { words } from "../words/current.ts";
import { mainGateway } from "./gateway-schema.ts";
import { type ConfiguredGateway, listGateways } from "./gateways.ts";
import type { SettingsInput } from "./input.ts";
import { keysPath } from "./keys.ts";
import { loginOrigins } from "./known-origins.ts";
import { loadMain } from "./main.ts";
import type { Key } from "./origin.ts";
import type { ResolvedSettings } from "./resolve.ts";
import { settingsPath } from "./store.ts";
import { takeKey } from "./take-login.ts";

export type LoadedSettings = ResolvedSettings & {
  /** The key that requests carry; without one nothing is ours. */
  readonly key: Key | undefined;
  /**
   * All gateways in the order they are asked, those without a key among them. Settings and key above
   * are of the first that has one. Empty where nothing can be asked.
   */
  readonly gateways: readonly ConfiguredGateway[];
  /** Those with a provider of their own, whatever `openai` itself is. */
  readonly beside: readonly ConfiguredGateway[];
};

export async function loadSettings(input: SettingsInput): Promise<LoadedSettings> {
  const main = await loadMain(input);
  const { resolved, key, file } = main;
  const { gateways: entries = [], gatewayOrder: order = [], lastLogin } = file;
  const only = { name: mainGateway, resolved, key, models: undefined };
  const usable = resolved.problems.length === 0 && resolved.refusal === undefined;
  const alone = usable && resolved.settings.baseURL !== undefined ? [only] : [];
  // What a mistake stops, or the user has not got.
  if (resolved.problems.length > 0 || entries.length === 0) {
    return { ...resolved, key, gateways: alone, beside: [] };
  }
  const files = { settings: settingsPath(input.home), keys: keysPath(input.home) };
  const keys = await takeKey(files.keys, file, resolved.settings.baseURL, input);
  if (keys.type === "unreadable") {
    const { found, allowed } = words().setting;
    const problem = { source: files.keys, field: "", found: found.unreadable(keys.why) };
    const problems = [{ ...problem, allowed: allowed.ownFile }];
    return { ...resolved, problems, key, gateways: [], beside: [] };
  }
  const all = listGateways({
    main: { resolved, key, fromEnvironment: main.keyPlace?.from === "environment" },
    mainOrigins: loginOrigins(main.keyPlace, input, lastLogin),
    entries,
    order,
    stored: keys.stored,
    env: input.env,
    files,
  });
  const beside = all.filter(({ provider }) => provider !== undefined);
  if (!usable || main.alone || input.login?.type === "oauth") {
    return { ...resolved, key, gateways: alone, beside };
  }
  const gateways = all.filter(({ provider }) => provider === undefined);
  const first = gateways.find((gateway) => gateway.key !== undefined) ?? gateways[0];
  return first === undefined
    ? { ...resolved, key, gateways, beside }
    : { ...first.resolved, key: first.key, gateways, beside };
}
