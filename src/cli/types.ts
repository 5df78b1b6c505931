/** The words of the program: what it is given, and what a check hands back. */
import type { Fetch } from "../fetch.ts";
import type { JsonObject } from "../json.ts";
import type { CliWords } from "./words/words.ts";

export type Output = {
  readonly write: (text: string) => void;
  readonly isTTY: boolean;
  /** Width of the terminal. */
  readonly columns?: number | undefined;
};

export type Runtime = {
  readonly name: "bun" | "node";
  readonly version: string;
  /** It is the one inside this OpenCode. */
  readonly host?: string;
};

/** Everything but the language, which is found out first. */
export type Surroundings = Omit<World, "words">;

/** Everything the program needs from outside; a test hands in its own. */
export type World = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The working directory. */
  readonly directory: string;
  readonly platform: string;
  readonly runtime: Runtime;
  /** File of the plugin beside this program. */
  readonly bundle: string | undefined;
  readonly stdout: Output;
  readonly stderr: Output;
  /** One line from the user, without its end; nothing where there is nobody to ask. */
  readonly ask: (
    question: string,
    options: { readonly hidden: boolean },
  ) => Promise<string | undefined>;
  /** Aborts when the user presses Ctrl-C. */
  readonly signal: AbortSignal;
  readonly fetch: Fetch;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Milliseconds: for a check that uses the network, a whole streamed answer, a start of OpenCode. */
  readonly timeouts: { readonly network: number; readonly answer: number; readonly host: number };
  /** Of the system, such as `zh-CN`. */
  readonly locale: string;
  /** In the user's language. */
  readonly words: CliWords;
};

/** The words of the command line are not understood: the help follows. */
export class Misused extends Error {}

/** `skip`: could not be looked at, because something it needs failed. */
export type Status = "ok" | "warn" | "fail" | "skip";

export type Finding = {
  readonly status: Status;
  /** What was found, in one line. */
  readonly summary: string;
  /** More lines of the same. */
  readonly details?: readonly string[];
  /** What to do about it. */
  readonly advice?: string;
  /** The facts behind it, for `--json`. */
  readonly data?: JsonObject;
};

/** In the order they are shown. */
export const checkIds = [
  "opencode",
  "config",
  "plugin",
  "settings",
  "credential",
  "provider",
  "environment",
  "proxy",
  "dns",
  "connection",
  "instructions",
  "endpoint",
  "key",
  "models",
  "model",
  "answer",
  "streaming",
  "tools",
  "cache",
  "clock",
  "balance",
  "gateways",
  "permissions",
] as const;
export type CheckId = (typeof checkIds)[number];

export type Check = {
  readonly id: CheckId;
  readonly title: string;
  /** Shown while it runs. */
  readonly doing: string;
  /** Checks that must have been made and not have failed. */
  readonly needs?: readonly CheckId[];
  /** Checks that must not have failed, if they could be made. */
  readonly after?: readonly CheckId[];
  readonly run: () => Promise<Finding>;
};

export type Result = Finding & {
  readonly id: CheckId;
  readonly title: string;
  readonly ms: number;
};

export type Report = {
  readonly results: readonly Result[];
  /** Nothing failed. */
  readonly ok: boolean;
};
