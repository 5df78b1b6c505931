/** What gateways, hosts and proxies say themselves, names, and what is to be typed. */
const quoted = [
  /\binstructions\b/g,
  /\b(?:tokens|none|minimal|low|medium|high|xhigh|max|ultra)\b/g,
  "Incorrect API key provided",
  "This group is for another client",
  /The model '\S+' is not (?:available on this gateway|served here)/g,
  "You have no money left",
  "request deny deny",
  /opencode (?:auth|upgrade)|gateways (?:add|remove)/g,
  "Configuration is invalid at",
  "Provider not found",
  /\d{3} (?:[A-Z][\w-]+ ?)+/g,
  "Relay Console",
  "no capacity",
  "Bad header",
  /transport http|timeout server/g,
  /OpenCode|Codex CLI/g,
] as const;

/** Two plain words of English one after the other, that nobody else said, in what a Chinese reads. */
export function englishIn(text: string): string[] {
  const lines = text.replaceAll(/\n */g, " ");
  const own = quoted.reduce<string>((rest, one) => rest.replaceAll(one, "…"), lines);
  const plain = /^[A-Z]?[a-z']+[.:]?$/;
  const words = own.split(/[\s,;]+|(?=[\u2e80-\uffef])|(?<=[\u2e80-\uffef])/);
  return words.flatMap((word, index) => {
    const before = words[index - 1] ?? "";
    return plain.test(word) && plain.test(before) ? [`${before} ${word}`] : [];
  });
}
