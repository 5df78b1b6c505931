/** What the gateway says: endpoint, key, model list, clock. */
import type { Answer } from "../ask.ts";
import type { Lab } from "../lab.ts";
import { listRows } from "../models-view.ts";
import type { Setup } from "../setup.ts";
import type { Finding, World } from "../types.ts";
import { type Way, wantsTls } from "./network.ts";

type Refused = Extract<Answer, { type: "refused" }>;

export async function checkEndpoint(lab: Lab, way: Way, world: World): Promise<Finding> {
  const answer = await lab.first();
  const { exchanges } = answer;
  const tried = exchanges.map(({ url, answer: got }) => ({ url, status: got?.status ?? null }));
  const data = { tried };
  const url = exchanges.at(-1)?.url ?? way.baseURL;
  if (answer.type === "timeout" && exchanges.at(-1)?.answer === undefined) {
    return {
      status: "fail",
      summary: `${url} took the request and did not answer within ${answer.limit / 1000} s`,
      advice:
        "Check the gateway and its upstream; a proxy on the way may hold the answer back too.",
      data,
    };
  }
  if (answer.type === "refused" && answer.ours) return failEndpoint(answer, way, world, data);
  if (tried.length > 1) {
    const [bare = url] = url.split("?");
    const base = bare.replace(/\/responses$/, "");
    return {
      status: "warn",
      summary: `${url}, found after ${tried.length} tries`,
      details: tried.slice(0, -1).map((miss) => `${miss.url} is not it (${miss.status})`),
      advice: `The plugin finds it by itself and remembers it. To spare the search, make ${base} the base URL.`,
      data: { ...data, url },
    };
  }
  return { status: "ok", summary: url, data: { ...data, url } };
}

async function failEndpoint(
  { code, message }: Refused,
  way: Way,
  world: World,
  data: { readonly tried: readonly unknown[] },
): Promise<Finding> {
  const failed = { status: "fail", data: { ...data, code } } as const;
  if (code === "endpoint_not_found") {
    const tried = between(message, "Tried: ", ". Check")?.split("; ") ?? [];
    return {
      ...failed,
      summary: "the gateway answers, but has no responses endpoint where it was looked for",
      details: tried,
      advice:
        'Check the base URL with your gateway\'s documentation, or set "responsesPath" in the settings.',
    };
  }
  if (code === "unreachable" && (await wantsTls(way, world))) {
    return {
      ...failed,
      summary: "the port speaks TLS, and the base URL begins with http://",
      advice: `Begin it with https:// instead: ${way.baseURL.replace(/^http:/, "https:")}`,
    };
  }
  const [, summary = message, advice] =
    /^(.*?\.)\s+((?:Check|Redirects|Run|Set|Change) .*)$/s.exec(message) ?? [];
  return { ...failed, summary, ...(advice === undefined ? {} : { advice }) };
}

export async function checkKey(lab: Lab, { key }: Setup): Promise<Finding> {
  const answer = await lab.first();
  const status = answer.exchanges.at(-1)?.answer?.status;
  const data = { status: status ?? null };
  if (answer.type === "refused" && answer.status === 401) {
    return {
      status: "fail",
      summary: `the gateway refused the key from ${key?.source}`,
      // Only the gateway's own words: the pipeline's advice is given below.
      details: [between(answer.message, "refused the key: ", '. Run "') ?? answer.message],
      advice:
        'Run "opencode auth login" again and paste the key, or make a new one at the gateway. Is it the key of this gateway?',
      data,
    };
  }
  if (answer.type === "refused" && answer.status === 403) {
    return {
      status: "fail",
      summary: "the gateway knows the key or not, but does not let this client in (403)",
      details: [answer.message],
      advice:
        'Check the key\'s rights and group at the gateway. Gateways that admit certain clients only want "headers" in the settings.',
      data,
    };
  }
  const known = answer.type === "complete" || answer.type === "broken";
  return { status: "ok", summary: known ? "accepted" : "not refused", data };
}

export async function checkModels(lab: Lab): Promise<Finding> {
  const [fetched, model] = [await lab.list(), await lab.model()];
  if (fetched.type !== "list") {
    return {
      status: "warn",
      summary: "the gateway has no model list, so OpenCode shows the plugin's own",
      details: fetched.type === "failed" ? fetched.reason.split("; ") : [],
      advice: "Nothing has to be done. Which models it serves, its documentation must tell.",
      data: { asked: model, ...(fetched.type === "failed" ? { reason: fetched.reason } : {}) },
    };
  }
  const rows = listRows(fetched.models);
  return {
    status: "ok",
    summary: `${rows.length} models from ${fetched.url}; asked below: ${model}`,
    data: { url: fetched.url, asked: model, models: rows.map(({ id }) => id) },
  };
}

/** Milliseconds by which the clocks may differ. */
const skewLimit = 5 * 60 * 1000;

export async function checkClock(lab: Lab): Promise<Finding> {
  const { exchanges } = await lab.first();
  const seen = exchanges.flatMap(({ sentAt, answer }) =>
    // The header has whole seconds and was written somewhere between sending and receiving.
    answer?.date === undefined ? [] : [(sentAt + answer.at) / 2 - answer.date],
  );
  const skew = seen.at(-1);
  if (skew === undefined) {
    return { status: "ok", summary: "not known: the gateway sends no date", data: { skew: null } };
  }
  const seconds = Math.round(skew / 1000);
  const data = { skewSeconds: seconds };
  if (Math.abs(skew) <= skewLimit) {
    return { status: "ok", summary: "agrees with the gateway's", data };
  }
  return {
    status: "warn",
    summary: `this machine's clock is ${describe(Math.abs(seconds))} ${seconds > 0 ? "ahead of" : "behind"} the gateway's`,
    advice: "Set the clock: certificates and keys with a term are judged by it.",
    data,
  };
}

function describe(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}

/** What stands between two texts; an expression would search anew from every `start`. */
function between(text: string, start: string, end: string): string | undefined {
  const at = text.indexOf(start);
  if (at === -1) return undefined;
  const from = at + start.length;
  const to = text.indexOf(end, from);
  return to === -1 ? undefined : text.slice(from, to);
}
