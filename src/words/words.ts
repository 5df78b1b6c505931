/**
 * What a language has to say: a sentence for everything that can happen. A failure is data until it
 * comes here, and nothing reads these sentences back.
 */
import type { Failure } from "../failure.ts";
import type { AdvisedKind } from "../response/advice.ts";
import type { StreamErrorType } from "../response/stream-error.ts";
import type { OriginRefusal } from "../settings/origin.ts";
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
    readonly unfinished: (reason: string) => string;
  };
  readonly stream: {
    readonly [T in StreamErrorType]: (detail: StreamDetail) => string;
  };
  /** Put behind the message of the last try. */
  readonly gaveUp: (tries: number) => string;
};

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
