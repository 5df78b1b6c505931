/** What must be in no text that is shown or stored: one list for plugin and program. Pure. */
import { secretsInSettings } from "../redact.ts";
import type { LoadedSettings } from "./load.ts";

/**
 * Of every gateway, whether it can be asked or not: its key, and what its headers hold of secrets.
 *
 * @param secretsIn the secrets in the headers that a user set; those that look like one by default.
 */
export function secretsOf(
  loaded: LoadedSettings | undefined,
  secretsIn: (headers?: Readonly<Record<string, string>>) => string[] = secretsInSettings,
): string[] {
  if (loaded === undefined) return [];
  const { key, settings, gateways, beside } = loaded;
  const all = [...gateways, ...beside];
  const keys = [key, ...all.map((gateway) => gateway.key)].flatMap((one) => one?.value ?? []);
  const headers = [settings, ...all.map(({ resolved }) => resolved.settings)].flatMap((one) =>
    secretsIn(one.headers),
  );
  return [...new Set([...keys, ...headers])];
}
