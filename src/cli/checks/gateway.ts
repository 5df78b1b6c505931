/** What the gateway says: endpoint, key, model list, clock. */

import type { RefusalKind } from "../../response/advice.ts";
import { words } from "../../words/current.ts";
import type { Answer } from "../ask.ts";
import type { Lab } from "../lab.ts";
import { listRows } from "../models-view.ts";
import type { Setup } from "../setup.ts";
import type { Finding, World } from "../types.ts";
import { type Way, wantsTls } from "./network.ts";

type Failed = Extract<Answer, { type: "failed" }>;

/** Refusals that come at any path, the right one too. */
const anywhere: ReadonlySet<RefusalKind | undefined> = new Set(["outage", "limit", "too_large"]);

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
  if (answer.type === "failed") return failEndpoint(answer, way, world, data);
  if (answer.type === "refused" && answer.kind === "plain_http")
    return { ...wrongScheme(way), data };
  if (answer.type === "refused" && anywhere.has(answer.kind)) {
    return {
      status: "ok",
      summary: `${answer.url} answered ${answer.httpStatus}, which says nothing about the path`,
      data: { ...data, url: answer.url },
    };
  }
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
  { failure, told }: Failed,
  way: Way,
  world: World,
  data: { readonly tried: readonly unknown[] },
): Promise<Finding> {
  const failed = { status: "fail", data: { ...data, code: failure?.type } } as const;
  switch (failure?.type) {
    case "endpoint_not_found":
      return {
        ...failed,
        summary: "the gateway answers, but has no responses endpoint where it was looked for",
        details: failure.tried.map(({ url, status, said }) => `${url} (${status}, ${said})`),
        advice:
          'Check the base URL with your gateway\'s documentation, or set "responsesPath" in the settings.',
      };
    case "redirected":
      return {
        ...failed,
        summary: `${failure.url} answered ${failure.status} and wants the request sent to ${failure.location ?? "another address"}`,
        advice:
          "Redirects are not followed, because the request holds your code and key. If that address is right, make it the base URL.",
      };
    case "unreachable": {
      if (await wantsTls(way, world)) return { ...failed, ...wrongScheme(way) };
      const { happened, advice } = words().unreachable[failure.kind];
      return { ...failed, summary: happened(failure.url), advice };
    }
    default:
      return { ...failed, summary: told };
  }
}

function wrongScheme({ baseURL }: Way): Finding {
  return {
    status: "fail",
    summary: "the port speaks TLS, and the base URL begins with http://",
    advice: `Begin it with https:// instead: ${baseURL.replace(/^http:/i, "https:")}`,
  };
}

export async function checkKey(lab: Lab, { key }: Setup): Promise<Finding> {
  const answer = await lab.first();
  const status = answer.exchanges.at(-1)?.answer?.status;
  const data = { status: status ?? null };
  if (answer.type === "refused" && answer.kind === "key") {
    return {
      status: "fail",
      summary: `the gateway refused the key from ${key?.source}`,
      details: [answer.said],
      advice:
        'Run "opencode auth login" again and paste the key, or make a new one at the gateway. Is it the key of this gateway?',
      data,
    };
  }
  if (answer.type === "refused" && answer.kind === "client") {
    return {
      status: "fail",
      summary: "the gateway knows the key or not, but does not let this client in (403)",
      details: [answer.said],
      advice:
        'Check the key\'s rights and group at the gateway. Gateways that admit certain clients only want "headers" in the settings.',
      data,
    };
  }
  const known = answer.type === "complete" || answer.type === "broken";
  return { status: "ok", summary: known ? "accepted" : "not refused", data };
}

export async function checkModels(lab: Lab, { written }: Setup): Promise<Finding> {
  const nameless = written.models.filter(({ name }) => !name.includes("/"));
  const finding = await describeList(lab);
  const [first] = nameless;
  if (first === undefined) return finding;
  return {
    ...finding,
    status: "warn",
    details: [
      ...nameless.map(({ where, name, source }) => `"${where}" is "${name}" in ${source}`),
      ...(finding.details ?? []),
    ],
    advice: `OpenCode wants a model with its provider: "openai/${first.name}".`,
    data: { ...finding.data, withoutProvider: nameless },
  };
}

async function describeList(lab: Lab): Promise<Finding> {
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
