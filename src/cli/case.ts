/** One visit of the doctor: everything a check may look at. */

import type { Lab } from "./lab.ts";
import type { HostConfig } from "./opencode/config.ts";
import type { HostFacts } from "./opencode/facts.ts";
import type { Setup } from "./setup.ts";
import type { World } from "./types.ts";
import type { Way } from "./way.ts";
import type { CliWords } from "./words/words.ts";

export type Case = {
  readonly world: World;
  readonly words: CliWords;
  readonly setup: Setup;
  readonly lab: Lab;
  readonly way: Way;
  /** What OpenCode's files say, read without it. */
  readonly files: HostConfig;
  /** What OpenCode itself says, asked once; nothing where there is no such program. */
  readonly host: () => Promise<HostFacts | undefined>;
};
