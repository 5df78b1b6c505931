/** Sentences one after the other; each may lack its full stop, as gateways' words do. */
export function joinSentences(first: string, ...others: readonly (string | undefined)[]): string {
  return others.reduce<string>(
    (said, next) =>
      next === undefined
        ? said
        : `${said}${".!?。！？".includes(said.slice(-1)) ? "" : "."} ${next}`,
    first,
  );
}

/** The text without a full stop at its end, to be put into a sentence. */
export function withoutStop(text: string): string {
  return text.endsWith(".") ? text.slice(0, -1) : text;
}
