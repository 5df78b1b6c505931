/** What a model says through the gateway: one answer, one tool call, the prompt cache. */
import { isObject, type JsonObject } from "../../json.ts";
import type { RefusalKind } from "../../response/advice.ts";
import { words } from "../../words/current.ts";
import type { Answer } from "../ask.ts";
import { type Lab, toolName } from "../lab.ts";
import type { Finding } from "../types.ts";

/** Milliseconds until the first output after which a user thinks that nothing happens. */
const slowOutput = 20_000;

export async function checkAnswer(lab: Lab): Promise<Finding> {
  const [answer, model] = [await lab.first(), await lab.model()];
  const { timing } = answer;
  const data = { model, ...timing, type: answer.type };
  if (answer.type !== "complete") return { ...describeFailed(answer, model), data };
  const times = `first byte after ${seconds(timing.headers)}, first output after ${seconds(timing.output)}, complete after ${seconds(timing.total)}`;
  if ((timing.output ?? 0) > slowOutput) {
    return {
      status: "warn",
      summary: `${model} answered, but slowly: ${times}`,
      advice: "Try again later, another model, or a weaker effort.",
      data,
    };
  }
  return { status: "ok", summary: `${model}: ${times}`, data };
}

function describeFailed(answer: Exclude<Answer, { type: "complete" }>, model: string): Finding {
  switch (answer.type) {
    case "timeout":
      return {
        status: "fail",
        summary: `${model} did not finish a one-word answer within ${answer.limit / 1000} s`,
        advice: "Try again later, or another model: --model NAME.",
      };
    case "broken": {
      const got = answer.text === "" ? "" : ` after ${answer.text.length} characters of text`;
      return {
        status: "fail",
        summary: `the answer broke off${got}: ${answer.message}`,
        advice:
          "OpenCode will ask again, at the same cost. If it happens each time, something between you and the model cuts streams: a time limit of the gateway, or a proxy that holds answers back.",
      };
    }
    case "failed":
      return { status: "fail", summary: answer.told };
    case "refused": {
      const { kind, httpStatus, said, told } = answer;
      // The closest models are in what the host is told; else the advice would stand there twice.
      const words = kind === "model" ? told : said;
      const status = kind === "too_large" || kind === "outage" ? ` (${httpStatus})` : "";
      return {
        status: "fail",
        summary: `${model} was refused: ${words}${status}`,
        advice: kind === undefined ? ownWords : adviceOf()[kind],
      };
    }
  }
}

const ownWords = "The message above is the gateway's own; its documentation may say more.";

const adviceOf = (): Readonly<Record<RefusalKind, string>> => ({
  ...words().advice,
  key: 'Run "opencode auth login" again and paste the key.',
  client: ownWords,
  model: 'Ask for a model the gateway serves: --model NAME. The command "models" lists them.',
  too_large:
    "A proxy before the gateway takes no larger bodies. The limit is its operator's to raise (nginx: client_max_body_size, 1 MB by default).",
  limit: "Wait for the limit to be reset, or use another account.",
  outage: "The gateway or its upstream has trouble. Try again later.",
});

export async function checkTools(lab: Lab): Promise<Finding> {
  const forced = await lab.tool("forced");
  // OpenCode itself never forces a tool, so a gateway need not be able to.
  const retried = forced.type === "refused" && forced.status === 400;
  const answer = retried ? await lab.tool("auto") : forced;
  const data = { type: answer.type, choice: retried ? "auto" : "forced", ms: answer.timing.total };
  if (answer.type !== "complete") {
    return { ...describeFailed(answer, "a request with a tool"), data };
  }
  const called = answer.calls.find(({ name }) => name === toolName);
  if (called === undefined) {
    return {
      status: retried ? "warn" : "fail",
      summary: "the model answered in words and called no tool",
      advice:
        "Without tool calls OpenCode can change nothing. Try another model (--model NAME); if all are like this, the gateway drops tools.",
      data,
    };
  }
  return {
    status: "ok",
    summary: `a function call came back after ${seconds(answer.timing.total)}`,
    data,
  };
}

/** Tokens below which OpenAI's API keeps no prefix. */
const cacheableTokens = 1_024;

export async function checkCache(lab: Lab): Promise<Finding> {
  const answer = await lab.second();
  if (answer.type !== "complete") {
    // The same request has just worked, and the cache is only a matter of price.
    return { ...describeFailed(answer, "the same request once more"), status: "warn" };
  }
  const input = count(answer.usage, "input_tokens");
  const cached = count(answer.usage?.input_tokens_details, "cached_tokens");
  const data = { inputTokens: input ?? null, cachedTokens: cached ?? null };
  if (input === undefined || cached === undefined) {
    return { status: "ok", summary: "not known: the gateway reports no cached tokens", data };
  }
  const summary = `${cached} of ${input} input tokens came from the cache`;
  if (cached === 0 && input >= cacheableTokens) {
    return {
      status: "warn",
      summary,
      advice:
        "Each turn is then paid for and read in full. Gateways that share requests among many accounts cannot do better.",
      data,
    };
  }
  const small = cached === 0 ? ` (prompts under ${cacheableTokens} tokens are not cached)` : "";
  return { status: "ok", summary: summary + small, data };
}

function count(usage: unknown, name: string): number | undefined {
  const counts: JsonObject = isObject(usage) ? usage : {};
  const value = counts[name];
  return typeof value === "number" ? value : undefined;
}

/** A time for people. */
function seconds(ms: number | undefined): string {
  if (ms === undefined) return "?";
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
