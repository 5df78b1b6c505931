/** OpenCode's files as they stand on the disk, for what the host does not tell: which file says it. */
import { parseJsonc } from "../../settings/jsonc.ts";
import type { WrittenConfig } from "../../settings/opencode-config.ts";
import { readTextFile } from "../../settings/store.ts";
import { type HostConfig, joinDocuments } from "./config.ts";

/** The part of the files that concerns plugins, providers and models. */
export async function readConfigFiles({ read }: WrittenConfig): Promise<HostConfig> {
  const documents = await Promise.all(
    read.map(async (source) => {
      const file = await readTextFile(source);
      const parsed = parseJsonc(file.type === "read" ? file.text : "");
      return { source, values: parsed.type === "parsed" ? parsed.values : undefined };
    }),
  );
  return joinDocuments(documents);
}
