/** Whose model it is, by its name. Pure. */
import { bareName } from "./name.ts";

/** First letters of the names of other vendors' models that relays list beside OpenAI's. */
const others: ReadonlySet<string> = new Set([
  ...["claude", "gemini", "gemma", "deepseek", "qwen", "qwq", "qvq", "glm", "chatglm", "kimi"],
  ...["moonshot", "grok", "llama", "mistral", "mixtral", "codestral", "devstral", "ministral"],
  ...["magistral", "pixtral", "command", "doubao", "ernie", "hunyuan", "minimax", "abab", "yi"],
  ...["step", "phi", "nova", "jamba", "sonar", "nemotron", "baichuan", "spark", "mimo", "longcat"],
]);

/** Whether the name is known to be of a model that is not OpenAI's. A relay's own names are not. */
export function isOfOtherVendor(id: string): boolean {
  const [letters] = /^[a-z]+/.exec(bareName(id).toLowerCase()) ?? [];
  return letters !== undefined && others.has(letters);
}
