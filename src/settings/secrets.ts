/** What must be in no text that is shown or stored: one list for plugin and program. Pure. */
import { secretsInSettings } from "../redact.ts";
import type { LoadedSettings } from "./load.ts";

/** Of every gateway, whether it can be asked or not: its key, and what its headers hold of secrets. */
export function secretsOf(loaded: LoadedSettings | undefined): string[] {
  if (loaded === undefined) return [];
  const { key, settings, gateways, beside } = loaded;
  const all = [...gateways, ...beside];
  const keys = [key, ...all.map((gateway) => gateway.key)].flatMap((one) => one?.value ?? []);
  const headers = [settings, ...all.map(({ resolved }) => resolved.settings)].flatMap((one) =>
    secretsInSettings(one.headers),
  );
  return [...new Set([...keys, ...headers])];
}
