/** A letter, a sign or a stop of Chinese, which has a full stop of its own and no space behind it. */
const chinese = /^[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]$/;

const stops = ".!?。！？";

/** Sentences one after the other; each may lack its full stop, as gateways' words do. */
export function joinSentences(first: string, ...others: readonly (string | undefined)[]): string {
  return others.reduce<string>((said, next) => {
    if (next === undefined) return said;
    const inChinese = chinese.test(said.slice(-1));
    const stop = inChinese ? "。" : ".";
    const space = inChinese && chinese.test(next.slice(0, 1)) ? "" : " ";
    return `${said}${stops.includes(said.slice(-1)) ? "" : stop}${space}${next}`;
  }, first);
}

/** The text without a full stop at its end, to be put into a sentence. */
export function withoutStop(text: string): string {
  return text.endsWith(".") || text.endsWith("。") ? text.slice(0, -1) : text;
}
