/**
 * What a language has to say: a sentence for everything that can happen. A failure is data until it
 * comes here, and nothing reads these sentences back.
 */

import type { Amount, WindowName } from "../balance/balance.ts";
import type { Fault } from "../failover/policy.ts";
import type { Failure } from "../failure.ts";
import type { AdvisedKind } from "../response/advice.ts";
import type { StreamErrorType } from "../response/stream-error.ts";
import type { Unreadable } from "../settings/jsonc.ts";
import type { OriginRefusal } from "../settings/origin.ts";
import type { Problem } from "../settings/resolve.ts";
import type { UnreachableKind } from "../unreachable.ts";

type FailureOf<T extends Failure["type"]> = Extract<Failure, { readonly type: T }>;

export type Words = {
  /** How to enter a key, without a full stop: more may follow. */
  readonly login: string;
  /** What was wrong, where, and what to do. */
  readonly failure: { readonly [T in Failure["type"]]: (failure: FailureOf<T>) => string };
  readonly originNotTrusted: {
    readonly happened: (refusal: OriginRefusal) => string;
    readonly advice: (refusal: OriginRefusal) => string;
  };
  /** Of a file, without its path. */
  readonly whyUnreadable: (why: Unreadable) => string;
  readonly unreachable: Readonly<
    Record<UnreachableKind, { readonly happened: (url: string) => string; readonly advice: string }>
  >;
  /** What to do about a refusal, where the gateway's words do not say it. */
  readonly advice: Readonly<Record<AdvisedKind, string>>;
  readonly refused: {
    /** Around the gateway's own words. */
    readonly key: (url: string, said: string) => string;
    readonly keyAdvice: string;
    readonly notFound: (said: string, url: string) => string;
    /** The closest of the names that the gateway serves. */
    readonly served: (models: readonly string[]) => string;
    /** In place of a body without a word, within a sentence. */
    readonly silent: string;
    /** The same as a sentence. */
    readonly withoutWords: (url: string, status: number) => string;
    /** In place of an error event without a word. */
    readonly unnamed: string;
    readonly unfinished: (reason: string | undefined) => string;
  };
  readonly stream: {
    readonly [T in StreamErrorType]: (detail: StreamDetail) => string;
  };
  readonly eventTooLarge: (bytes: number) => string;
  /** Put behind the message of the last try. */
  readonly gaveUp: (tries: number) => string;
  /** In place of a page that is no answer, within a sentence. */
  readonly htmlPage: (title: string | undefined) => string;
  /** Put in parentheses behind what a gateway says about a limit, or into a sentence. */
  readonly reset: (at: string, left: Duration) => string;
  /** Why a request cannot be read, as the end of a sentence. */
  readonly request: { readonly notJson: string; readonly noModel: string };
  /** Why a text cannot be the instructions, as the end of a sentence. */
  readonly prompt: {
    readonly empty: string;
    readonly longerThan: (kibibytes: number) => string;
    readonly shortOf: (characters: number) => string;
    readonly binary: string;
    readonly webPage: string;
    readonly notUtf8: string;
    readonly folder: string;
    readonly notRegular: string;
    readonly missing: string;
    readonly forbidden: string;
    readonly unreadable: (code: string) => string;
  };
  /** What is told without anybody having asked. */
  readonly notice: {
    /** @param resets as `reset` says it. */
    readonly usage: (
      percent: number,
      window: DurationPart | undefined,
      resets: string | undefined,
    ) => string;
    readonly insecure: (baseURL: string) => string;
    readonly endpoint: (url: string) => string;
    /** @param left as `describeRemaining` says it. */
    readonly lowBalance: (gateway: string, left: string) => string;
  };
  /** Of several gateways. */
  readonly failover: {
    /** Why one is left, within a sentence. */
    readonly why: Readonly<Record<Fault, string>>;
    readonly moved: (from: string, to: string, why: string) => string;
    /** The first is asked again. */
    readonly back: (from: string, to: string) => string;
    /** Behind the error of the last that was asked. */
    readonly all: (failed: readonly { readonly name: string; readonly fault: Fault }[]) => string;
  };
  /** What is left at a gateway; amounts come with their unit. */
  readonly balance: {
    readonly units: Readonly<Record<Amount["unit"], (value: string) => string>>;
    /** @param said the gateway's word for it, empty where it had none. */
    readonly invalid: (said: string) => string;
    readonly unlimited: (used: string | undefined) => string;
    readonly left: (left: string, limit: string | undefined) => string;
    readonly used: (used: string, limit: string | undefined) => string;
    readonly unknown: string;
    readonly of: (used: string, limit: string) => string;
    /** Names of windows that are ours; what a gateway calls one stays as it is. */
    readonly windows: Readonly<Record<WindowName, string>>;
    readonly span: (span: DurationPart) => string;
    /** @param share of the window that is used. */
    readonly window: (name: string, share: string, reset: string | undefined) => string;
    readonly plan: (name: string) => string;
    readonly expires: (over: boolean, day: string) => string;
  };
  readonly loginPrompt: {
    /** @param current what an empty answer keeps. */
    readonly baseURL: (
      current: { readonly baseURL: string; readonly source: string } | undefined,
    ) => string;
    /** Nothing is configured, but the Codex CLI is set up for this one. */
    readonly codexCLI: (baseURL: string) => string;
    readonly missing: string;
    /** @param allowed as `setting.allowed` says it. */
    readonly enter: (allowed: string) => string;
    /** For a form that takes keys of OpenAI's own too. */
    readonly official: string;
  };
  /** Where OpenCode 2 is told an error of the plugin's own. */
  readonly host2: {
    /** Before the request was sent, and after. */
    readonly notTaken: (reason: string) => string;
    readonly failed: (reason: string) => string;
    /** As reasons. */
    readonly closed: string;
    readonly unknownGateway: string;
  };
  /** Where a setting or a key stands. */
  readonly place: {
    readonly variable: (name: string) => string;
    readonly option: (field: string, file: string) => string;
    readonly pluginOptions: (file: string) => string;
    readonly login: string;
    readonly enteredAtLogin: string;
    /** One of `gateways`. */
    readonly gateway: (name: string, file: string) => string;
  };
  readonly setting: {
    readonly problem: (problem: Problem) => string;
    readonly found: {
      readonly unreadable: (why: Unreadable) => string;
      readonly list: string;
      readonly object: string;
      readonly nothing: string;
      readonly otherText: string;
    };
    readonly allowed: Readonly<Record<Allowed, string>>;
    readonly otherThanConnection: (headers: readonly string[]) => string;
    /** Keys of ours that cannot be changed. */
    readonly mendKeys: (path: string, why: Unreadable) => string;
  };
};

/** What a setting may be. */
export type Allowed =
  | "url"
  | "exampleURL"
  | "urlWithoutUser"
  | "urlWithoutQuery"
  | "path"
  | "examplePath"
  | "text"
  | "headerValue"
  | "headers"
  | "headerNames"
  | "otherThanAuthorization"
  | "instructions"
  | "flag"
  | "switch"
  | "models"
  | "model"
  | "language"
  | "seconds"
  | "context"
  | "multiplier"
  | "object"
  | "origin"
  | "origins"
  | "count"
  | "gatewayName"
  | "variable"
  | "modelIds"
  | "gateways"
  | "uniqueNames"
  | "name"
  | "names"
  | "provider"
  | "ownFile";

/** `[2, "hour"]`. */
export type DurationPart = readonly [amount: number, unit: "day" | "hour" | "minute" | "second"];

/** The largest unit first. */
export type Duration = readonly DurationPart[];

/** What is known about a broken stream. */
export type StreamDetail = {
  /** A word of the gateway's that says why it ended early. */
  readonly reason?: string | undefined;
  readonly seconds?: number | undefined;
  /** White space that came in place of an answer, so much of it. */
  readonly blankBytes?: number | undefined;
  /** Code of the network's error. */
  readonly code?: string | undefined;
};
