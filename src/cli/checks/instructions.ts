/** Which instructions requests carry, and how old they are. */
import { type CachedFile, findCachedInstructions } from "../instructions.ts";
import type { Lab } from "../lab.ts";
import type { Setup } from "../setup.ts";
import type { Finding, World } from "../types.ts";

export async function checkInstructions(lab: Lab, setup: Setup, world: World): Promise<Finding> {
  const [found, files] = [await lab.instructions(), await findCachedInstructions(world)];
  const cache = files.map(({ path, modified }) => ({
    path,
    modified: new Date(modified).toISOString(),
  }));
  if (found.type !== "found") {
    return {
      status: "fail",
      summary: `the file ${found.path} cannot be used: ${found.reason}`,
      advice: 'Mend the file, or set "instructions" in the settings to "codex".',
      data: { cache },
    };
  }
  const { source, text } = found;
  const data = { source, characters: text.length, cache };
  const details = files.map((file) => `${file.path}, ${describeAge(file, world.now())}`);
  switch (source) {
    case "none":
      return { status: "ok", summary: "none are sent, as the settings say", data };
    case "file":
      return { status: "ok", summary: `from your own file, ${text.length} characters`, data };
    case "gateway":
      return { status: "ok", summary: "the gateway's own, from its model list", data };
    case "official":
      return { status: "ok", summary: "Codex's official ones, from the cache", details, data };
    case "builtin": {
      if (setup.resolved.settings.instructions === "builtin") {
        return { status: "ok", summary: "the plugin's own, as the settings say", data };
      }
      return {
        status: "warn",
        summary: "the plugin's own: the official ones are not here and could not be downloaded",
        details,
        advice:
          "Most gateways take them. For the official ones raw.githubusercontent.com or cdn.jsdelivr.net must be reached once; it is tried again later.",
        data,
      };
    }
  }
}

function describeAge({ modified }: CachedFile, now: number): string {
  const days = Math.floor((now - modified) / 86_400_000);
  return days < 1 ? "less than a day old" : days === 1 ? "1 day old" : `${days} days old`;
}
