/** Finds the regular expressions in a TypeScript source, without a parser: the host's Bun has none. */

export type RegexLiteral = {
  readonly source: string;
  readonly flags: string;
  readonly line: number;
};

/** A `/` after one of these words begins an expression, not a division. */
const beforeExpression = new Set(
  "await case delete do else in instanceof new of return throw typeof void yield".split(" "),
);

/** @throws where a string, a comment or an expression does not end: this reader is then wrong. */
export function findRegexLiterals(text: string): RegexLiteral[] {
  const found: RegexLiteral[] = [];
  /** Open braces since each `${` that has not been closed. */
  const templates: number[] = [];
  /** The last word or character that is neither white space nor comment. */
  let last = "";

  function endOf(pattern: RegExp, at: number): number {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null)
      throw new Error(`line ${lineAt(text, at)}: no end of ${text.slice(at, at + 20)}`);
    return pattern.lastIndex;
  }

  for (let at = 0; at < text.length; ) {
    const char = text[at] ?? "";
    const two = text.slice(at, at + 2);
    if (/\s/.test(char)) {
      at += 1;
    } else if (two === "//") {
      at = endOf(/.*/y, at);
    } else if (two === "/*") {
      at = endOf(/\/\*[\s\S]*?\*\//y, at);
    } else if (char === '"' || char === "'") {
      at = endOf(/(["'])(?:\\.|(?!\1)[^\\\n])*\1/y, at);
      last = "string";
    } else if (char === "`" || (char === "}" && templates.at(-1) === 0)) {
      if (char === "}") templates.pop();
      at = endOf(/[`}](?:\\[\s\S]|\$(?!\{)|[^\\$`])*(?:`|\$\{)/y, at);
      if (text[at - 1] === "{") templates.push(0);
      last = text[at - 1] === "{" ? "{" : "string";
    } else if (char === "/" && (!/[\w$)\]}]$/.test(last) || beforeExpression.has(last))) {
      const end = endOf(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y, at);
      const literal = text.slice(at, end);
      const slash = literal.lastIndexOf("/");
      found.push({
        source: literal.slice(1, slash),
        flags: literal.slice(slash + 1),
        line: lineAt(text, at),
      });
      at = end;
      last = "string";
    } else {
      const end = /[\w$]/.test(char) ? endOf(/[\w$]+/y, at) : at + 1;
      last = text.slice(at, end);
      const open = templates.pop();
      if (open !== undefined) templates.push(open + (last === "{" ? 1 : last === "}" ? -1 : 0));
      at = end;
    }
  }
  return found;
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
