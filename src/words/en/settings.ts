/** English: settings, and the files they stand in. */
import type { SyntaxFault } from "../../settings/jsonc.ts";
import type { Words } from "../words.ts";

const syntax: Readonly<Record<SyntaxFault, string>> = {
  InvalidSymbol: "a word without quotes, or a sign that means nothing there",
  InvalidNumberFormat: "a number that is none",
  PropertyNameExpected: "a name in quotes is missing",
  ValueExpected: "a value is missing",
  ColonExpected: "a colon is missing",
  CommaExpected: "a comma is missing",
  CloseBraceExpected: "a closing } is missing",
  CloseBracketExpected: "a closing ] is missing",
  EndOfFileExpected: "something stands behind the end",
  InvalidCommentToken: "a comment that is none",
  UnexpectedEndOfComment: "a comment without an end",
  UnexpectedEndOfString: "a text without a closing quote",
  UnexpectedEndOfNumber: "a number without an end",
  InvalidUnicode: "a character's code (\\u) that is none",
  InvalidEscapeCharacter: "a character behind \\ that must not stand there",
  InvalidCharacter: "a control character",
};

export const whyUnreadable: Words["whyUnreadable"] = (why) => {
  if (why.type === "syntax") return `${syntax[why.code]}, in line ${why.line}`;
  return why.type === "not_opened"
    ? (why.code ?? "it cannot be opened")
    : "it does not hold what it should";
};

export const originNotTrusted: Words["originNotTrusted"] = {
  happened: ({ origin, source, key }) =>
    `The gateway ${origin} is named by ${source} alone, a file of the project, and the key (${key}) was not entered for it, so nothing was sent.`,
  advice: ({ origin, settingsFile }) =>
    `If that gateway may have this key, write "trustedOrigins": ["${origin}"] into ${settingsFile}; else take the base URL out of the project's file.`,
};

export const setting: Words["setting"] = {
  problem: ({ source, field, found, allowed, meant }) => {
    const place = field === "" ? source : `${source}: "${field}"`;
    if (meant !== undefined) return `${place} is ${found}; did you mean "${meant}"?`;
    return `${place} is ${found}; allowed is ${allowed}.`;
  },
  found: {
    unreadable: (why) => `not readable (${whyUnreadable(why)})`,
    list: "a list",
    object: "an object",
    nothing: "no setting",
    otherText: "a text that is not allowed there",
  },
  allowed: {
    url: "an absolute http(s) URL",
    exampleURL: "an absolute http(s) URL, for example https://gateway.example",
    urlWithoutUser: "a URL without a user name or password in it",
    urlWithoutQuery: "a URL without a query (?) or a fragment (#)",
    path: "a path",
    examplePath: "a path that starts with /, for example /v1/responses",
    text: "a text",
    headerValue: "a text of Latin letters without line breaks",
    headers: "an object of header names and texts",
    headerNames: "an object whose keys are valid header names",
    otherThanAuthorization: "any header but authorization: the key comes from the login",
    instructions:
      '"codex", "builtin", "none" or the path of a text file, for example ~/my-codex.md',
    flag: "true or false",
    switch: "1, 0, true or false",
    models: '"gateway" or "all"',
    multiplier:
      'a number from 0 to 1000, or an object of such numbers by model, "*" for all others',
    model: "the name of a model",
    language: '"en" or "zh"',
    seconds: "a number of seconds, 1 to 86400",
    context: '"max"',
    object: "an object",
    origin: "an origin: http(s)://, host and port, for example https://gateway.example",
    origins: "a list of origins",
    count: "a number, 0 or more",
    gatewayName:
      'a name of 1 to 40 letters, digits, ".", "_" and "-" that begins with a letter or a digit, and is not "main"',
    variable: "the name of an environment variable, for example RELAY_API_KEY",
    modelIds: "a list of model ids",
    gateways: "a list of gateways",
    uniqueNames: "a list in which every name stands once",
    name: "a name",
    names: "a list of names of gateways",
    provider:
      'a name of 1 to 40 small letters, digits, "_" and "-", other than "openai", for example relay2',
    ownFile: "what this program wrote there",
  },
  otherThanConnection: (headers) =>
    `any header but those of the connection itself: ${headers.join(", ")}`,
  mendKeys: (path, why) => `${path} cannot be read: ${whyUnreadable(why)}. Mend it, or delete it.`,
};
