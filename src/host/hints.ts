/**
 * Hints as headers: a hook of the host's that knows the hint can only put a header on the request
 * that comes to us. They are taken off again before the pipeline sees them. Pure.
 */
import type { RequestHints } from "../request/hints.ts";

const names = {
  effort: "x-opencode-variant-effort",
  smallTask: "x-opencode-small-task",
  anyModel: "x-opencode-any-model",
  ownPrompt: "x-opencode-own-prompt",
  repeats: "x-opencode-repeats",
} as const;

/** Headers that carry these hints, names in lower case. */
export function writeHints(hints: RequestHints): Record<string, string> {
  const { effort, smallTask, anyModel, ownPrompt, repeats } = hints;
  return {
    ...(effort !== undefined && { [names.effort]: effort }),
    ...(smallTask === true && { [names.smallTask]: "1" }),
    ...(anyModel === true && { [names.anyModel]: "1" }),
    ...(ownPrompt === true && { [names.ownPrompt]: "1" }),
    ...(repeats === true && { [names.repeats]: "1" }),
  };
}

/**
 * The hints of a request, and its other headers.
 *
 * @param headers names in lower case.
 */
export function takeHints(headers: Readonly<Record<string, string>>): {
  readonly hints: RequestHints;
  readonly headers: Readonly<Record<string, string>>;
} {
  const {
    [names.effort]: effort,
    [names.smallTask]: smallTask,
    [names.anyModel]: anyModel,
    [names.ownPrompt]: ownPrompt,
    [names.repeats]: repeats,
    ...others
  } = headers;
  const hints = {
    ...(effort !== undefined && { effort }),
    ...(smallTask !== undefined && { smallTask: true }),
    ...(anyModel !== undefined && { anyModel: true }),
    ...(ownPrompt !== undefined && { ownPrompt: true }),
    ...(repeats !== undefined && { repeats: true }),
  };
  return { hints, headers: others };
}
