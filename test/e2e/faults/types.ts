/** The words the table of faults is written in. */
import type { TurnRequest } from "../../gateway/request.ts";
import type { Context, GatewayOptions, Step } from "../../gateway/types.ts";

/** What a healthy gateway says. */
export const wellText = "All is well.";
export const well = { kind: "text", text: wellText } as const satisfies Step;

export type Asked = {
  /** 1 for the first request that this fault saw. */
  readonly n: number;
  readonly turn: TurnRequest;
  readonly context: Context;
};

export type Fault = {
  /** What the gateway sends. */
  readonly sends: string;
  /** What the user gets with the plugin: a sentence of the documentation. */
  readonly gets: string;
  /** The gateway's answer; a healthy one where it is `undefined`. */
  readonly answer: (asked: Asked) => Response | undefined;
  /** A gateway and a project of its own, for what is learned and set there. */
  readonly alone?: {
    readonly gateway?: Partial<GatewayOptions>;
    readonly settings?: Readonly<Record<string, unknown>>;
  };
  /** Prompts of the user in one session. Default 1. */
  readonly prompts?: number;
  /** What ends the play beside the end of the turn. */
  readonly until?: "OpenCode waits" | "the user interrupts";
  /** With the plugin. */
  readonly expected: Expected;
  /** With the plugin in OpenCode 2, where that is not the same. */
  readonly on2?: {
    readonly gets: string;
    readonly expected: Expected;
    /** Where what ends the play does not come there. */
    readonly until?: undefined;
  };
};

export type Expected = {
  /** `undefined`: by chance. */
  readonly texts: readonly string[] | undefined;
  readonly errors?: readonly RegExp[];
  readonly waiting?: RegExp;
  readonly requests: number;
};

/** The same fault as it is played on OpenCode 2. */
export function forOpenCode2(fault: Fault): Fault {
  const { on2 } = fault;
  if (on2 === undefined) return fault;
  const { until, ...rest } = fault;
  const same = until === undefined || "until" in on2 ? {} : { until };
  return { ...rest, ...same, expected: on2.expected };
}
