/** As which Codex CLI a model list is asked for. Pure. */

/**
 * Shows all models of November 2026: gateways hide those that are newer than the client that asks
 * (gpt-6-sol wants 0.155), and `0.0.0` hides efforts too.
 */
const floor = "0.169.0";

/**
 * The newest release that is known, and never one below the floor.
 *
 * @param tag of the newest release that was seen, `rust-v0.170.0`.
 */
export function clientVersion(tag: string | undefined): string {
  const version = /^rust-v(\d{1,5}\.\d{1,5}\.\d{1,5})$/.exec(tag ?? "")?.[1] ?? floor;
  return isNewer(version, floor) ? version : floor;
}

function isNewer(version: string, than: string): boolean {
  const others = than.split(".").map(Number);
  const differences = version.split(".").map((part, index) => Number(part) - (others[index] ?? 0));
  return (differences.find((difference) => difference !== 0) ?? 0) > 0;
}
