/** Which instructions requests carry, and how old they are. */
import type { Case } from "../case.ts";
import { type CachedFile, findCachedInstructions } from "../instructions.ts";
import type { Finding } from "../types.ts";

export async function checkInstructions({ lab, setup, world, words: all }: Case): Promise<Finding> {
  const words = all.machine.instructions;
  const [found, files] = [await lab.instructions(), await findCachedInstructions(world)];
  const cache = files.map(({ path, modified }) => ({
    path,
    modified: new Date(modified).toISOString(),
  }));
  if (found.type !== "found") {
    return {
      status: "fail",
      summary: words.unusable(found.path, found.reason),
      advice: words.unusableAdvice,
      data: { cache },
    };
  }
  const { source, text } = found;
  const data = { source, characters: text.length, cache };
  const details = files.map((file) => words.age(file.path, daysOld(file, world.now())));
  switch (source) {
    case "file":
      return { status: "ok", summary: words.source.file(text.length), data };
    case "official":
      return { status: "ok", summary: words.source.official, details, data };
    case "none":
    case "gateway":
      return { status: "ok", summary: words.source[source], data };
    case "builtin": {
      if (setup.resolved.settings.instructions === "builtin") {
        return { status: "ok", summary: words.source.builtin, data };
      }
      const { fallback: summary, fallbackAdvice: advice } = words;
      return { status: "warn", summary, details, advice, data };
    }
  }
}

function daysOld({ modified }: CachedFile, now: number): number {
  return Math.floor((now - modified) / 86_400_000);
}
