/** What a model says through the gateway: one answer, how it arrives, one tool call, the prompt cache. */
import { isObject, type JsonObject } from "../../json.ts";
import type { RefusalKind } from "../../response/advice.ts";
import { words as pluginWords } from "../../words/current.ts";
import { type Arrival, judgeArrival } from "../arrival.ts";
import type { Answer } from "../ask.ts";
import type { Case } from "../case.ts";
import { toolName } from "../lab.ts";
import type { Finding } from "../types.ts";
import type { CliWords } from "../words/words.ts";
import { settingOf } from "./front.ts";

type Words = CliWords["requests"];

/** Milliseconds until the first output after which a user thinks that nothing happens. */
const slowOutput = 20_000;

export async function checkAnswer({ lab, words: { requests: words } }: Case): Promise<Finding> {
  const [answer, model] = [await lab.first(), await lab.model()];
  const { timing } = answer;
  const data = { model, ...timing, type: answer.type };
  if (answer.type !== "complete") return { ...describeFailed(answer, model, words), data };
  const { times, slow, slowAdvice, fine } = words.answer;
  const time = (ms: number | undefined) => showTime(ms, words);
  const said = times(time(timing.headers), time(timing.output), time(timing.total));
  if ((timing.output ?? 0) > slowOutput) {
    return { status: "warn", summary: slow(model, said), advice: slowAdvice, data };
  }
  return { status: "ok", summary: fine(model, said), data };
}

type Failed = Exclude<Answer, { type: "complete" }>;

function describeFailed(answer: Failed, what: string, all: Words): Finding {
  const { answer: words } = all;
  switch (answer.type) {
    case "timeout":
      return {
        status: "fail",
        summary: words.timeout(what, answer.limit / 1000),
        advice: words.timeoutAdvice,
      };
    case "broken":
      return {
        status: "fail",
        summary: words.broken(answer.text.length, answer.message || words.unnamed),
        advice: words.brokenAdvice,
      };
    case "failed":
      return { status: "fail", summary: answer.told };
    case "refused": {
      const { kind, httpStatus, said, told } = answer;
      // The closest models are in what the host is told; else the advice would stand there twice.
      const own = kind === "model" ? told : said;
      const status = kind === "too_large" || kind === "outage" ? httpStatus : undefined;
      return {
        status: "fail",
        summary: words.refused(what, own, status),
        advice: adviceFor(answer, all),
      };
    }
  }
}

function adviceFor(answer: Extract<Answer, { type: "refused" }>, all: Words): string {
  const { own, key, model, limit, outage, tooLarge, readTimeout } = all.answer.advice;
  const advice: Readonly<Record<RefusalKind, string>> = {
    ...pluginWords().advice,
    key,
    client: own,
    model,
    too_large: tooLarge(settingOf("bodyLimit", answer, all)),
    limit,
    // What a proxy says that waited in vain.
    outage: answer.httpStatus === 504 ? readTimeout(settingOf("readTimeout", answer, all)) : outage,
  };
  return answer.kind === undefined ? own : advice[answer.kind];
}

export async function checkStreaming({ lab, words: { requests } }: Case): Promise<Finding> {
  const { streaming: words } = requests;
  const answer = await lab.first();
  const arrival: Arrival =
    answer.type === "complete" ? judgeArrival(answer.pieces) : { type: "short" };
  const data = { ...arrival };
  const advice = words.advice(settingOf("buffering", answer, requests));
  switch (arrival.type) {
    case "streams": {
      const summary = words.fine(arrival.pieces, showTime(arrival.spreadMs, requests));
      return { status: "ok", summary, data };
    }
    case "short":
    case "quick":
      return { status: "ok", summary: words[arrival.type], data };
    case "at_once": {
      const summary = words.atOnce(showTime(arrival.waitMs, requests));
      return { status: "warn", summary, advice, data };
    }
    case "in_blocks": {
      const summary = words.inBlocks(arrival.blocks, arrival.pieces);
      return { status: "warn", summary, advice, data };
    }
  }
}

export async function checkTools({ lab, words: { requests } }: Case): Promise<Finding> {
  const { tools: words } = requests;
  const forced = await lab.tool("forced");
  // OpenCode itself never forces a tool, so a gateway need not be able to.
  const retried = forced.type === "refused" && forced.status === 400;
  const answer = retried ? await lab.tool("auto") : forced;
  const data = { type: answer.type, choice: retried ? "auto" : "forced", ms: answer.timing.total };
  if (answer.type !== "complete") {
    return { ...describeFailed(answer, words.what, requests), data };
  }
  const called = answer.calls.find(({ name }) => name === toolName);
  if (called === undefined) {
    return {
      status: retried ? "warn" : "fail",
      summary: words.none,
      advice: words.noneAdvice,
      data,
    };
  }
  return {
    status: "ok",
    summary: words.fine(showTime(answer.timing.total, requests)),
    data,
  };
}

/** Tokens below which OpenAI's API keeps no prefix. */
const cacheableTokens = 1_024;

export async function checkCache({ lab, words: { requests } }: Case): Promise<Finding> {
  const { cache: words } = requests;
  const answer = await lab.second();
  if (answer.type !== "complete") {
    // The same request has just worked, and the cache is only a matter of price.
    return { ...describeFailed(answer, words.what, requests), status: "warn" };
  }
  const input = count(answer.usage, "input_tokens");
  const cached = count(answer.usage?.input_tokens_details, "cached_tokens");
  const data = { inputTokens: input ?? null, cachedTokens: cached ?? null };
  if (input === undefined || cached === undefined) {
    return { status: "ok", summary: words.unknown, data };
  }
  const summary = words.cached(cached, input);
  if (cached === 0 && input >= cacheableTokens) {
    return {
      status: "warn",
      summary,
      advice: words.noneAdvice,
      data,
    };
  }
  const small = cached === 0 ? words.small(cacheableTokens) : "";
  return { status: "ok", summary: summary + small, data };
}

function count(usage: unknown, name: string): number | undefined {
  const counts: JsonObject = isObject(usage) ? usage : {};
  const value = counts[name];
  return typeof value === "number" ? value : undefined;
}

/** A time for people. */
function showTime(ms: number | undefined, words: Words): string {
  if (ms === undefined) return "?";
  return ms < 1_000 ? words.ms(Math.round(ms)) : words.seconds((ms / 1_000).toFixed(1));
}
