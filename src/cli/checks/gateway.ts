/** What the gateway says: endpoint, key, model list, clock. */

import type { RefusalKind } from "../../response/advice.ts";
import { words as pluginWords } from "../../words/current.ts";
import type { Answer } from "../ask.ts";
import { describeAttempts } from "../attempts.ts";
import type { Case } from "../case.ts";
import { listRows } from "../models-view.ts";
import type { Finding } from "../types.ts";
import { wantsTls } from "./network.ts";

type Failed = Extract<Answer, { type: "failed" }>;

/** Refusals that come at any path, the right one too. */
const anywhere: ReadonlySet<RefusalKind | undefined> = new Set(["outage", "limit", "too_large"]);

export async function checkEndpoint(patient: Case): Promise<Finding> {
  const { lab, way } = patient;
  const words = patient.words.requests.endpoint;
  const answer = await lab.first();
  const { exchanges } = answer;
  const tried = exchanges.map(({ url, answer: got }) => ({ url, status: got?.status ?? null }));
  const data = { tried };
  const url = exchanges.at(-1)?.url ?? way.baseURL;
  if (answer.type === "timeout" && exchanges.at(-1)?.answer === undefined) {
    return {
      status: "fail",
      summary: words.silent(url, answer.limit / 1000),
      advice: words.silentAdvice,
      data,
    };
  }
  if (answer.type === "failed") return failEndpoint(answer, patient, data);
  if (answer.type === "refused" && answer.kind === "plain_http")
    return { ...wrongScheme(patient), data };
  if (answer.type === "refused" && anywhere.has(answer.kind)) {
    return {
      status: "ok",
      summary: words.anywhere(answer.url, answer.httpStatus),
      data: { ...data, url: answer.url },
    };
  }
  if (tried.length > 1) {
    const [bare = url] = url.split("?");
    const base = bare.replace(/\/responses$/, "");
    return {
      status: "warn",
      summary: words.found(url, tried.length),
      details: tried.slice(0, -1).map((miss) => words.notIt(miss.url, miss.status)),
      advice: words.foundAdvice(base),
      data: { ...data, url },
    };
  }
  return { status: "ok", summary: url, data: { ...data, url } };
}

async function failEndpoint(
  { failure, told }: Failed,
  patient: Case,
  data: { readonly tried: readonly unknown[] },
): Promise<Finding> {
  const words = patient.words.requests.endpoint;
  const failed = { status: "fail", data: { ...data, code: failure?.type } } as const;
  switch (failure?.type) {
    case "endpoint_not_found":
      return {
        ...failed,
        summary: words.notFound,
        details: failure.tried.map(({ url, status, said }) => words.tried(url, status, said)),
        advice: words.notFoundAdvice,
      };
    case "redirected":
      return {
        ...failed,
        summary: words.redirected(failure.url, failure.status, failure.location),
        advice: words.redirectedAdvice,
      };
    case "unreachable": {
      if (await wantsTls(patient)) return { ...failed, ...wrongScheme(patient) };
      const { happened, advice } = pluginWords().unreachable[failure.kind];
      return { ...failed, summary: happened(failure.url), advice };
    }
    default:
      return { ...failed, summary: told };
  }
}

function wrongScheme({ way: { baseURL }, words: all }: Case): Finding {
  const { wrongScheme: summary, wrongSchemeAdvice } = all.requests.endpoint;
  return {
    status: "fail",
    summary,
    advice: wrongSchemeAdvice(baseURL.replace(/^http:/i, "https:")),
  };
}

export async function checkKey({ lab, setup: { key }, words: all }: Case): Promise<Finding> {
  const words = all.requests.key;
  const answer = await lab.first();
  const status = answer.exchanges.at(-1)?.answer?.status;
  const data = { status: status ?? null };
  if (answer.type === "refused" && answer.kind === "key") {
    return {
      status: "fail",
      summary: words.refused(key?.source ?? ""),
      details: [answer.said],
      advice: words.refusedAdvice,
      data,
    };
  }
  if (answer.type === "refused" && answer.kind === "client") {
    return {
      status: "fail",
      summary: words.client,
      details: [answer.said],
      advice: words.clientAdvice,
      data,
    };
  }
  const known = answer.type === "complete" || answer.type === "broken";
  return { status: "ok", summary: known ? words.accepted : words.notRefused, data };
}

export async function checkModels({ lab, words: all }: Case): Promise<Finding> {
  const words = all.requests.models;
  const [fetched, model] = [await lab.list(), await lab.model()];
  if (fetched.type !== "list") {
    const attempts = fetched.type === "failed" ? fetched.attempts : [];
    return {
      status: "warn",
      summary: words.none,
      details: describeAttempts(attempts, all),
      advice: words.noneAdvice,
      data: { asked: model, attempts },
    };
  }
  const rows = listRows(fetched.models);
  return {
    status: "ok",
    summary: words.fine(rows.length, fetched.url, model),
    data: { url: fetched.url, asked: model, models: rows.map(({ id }) => id) },
  };
}

/** Milliseconds by which the clocks may differ. */
const skewLimit = 5 * 60 * 1000;

export async function checkClock({ lab, words: all }: Case): Promise<Finding> {
  const words = all.requests.clock;
  const { exchanges } = await lab.first();
  const seen = exchanges.flatMap(({ sentAt, answer }) =>
    // The header has whole seconds and was written somewhere between sending and receiving.
    answer?.date === undefined ? [] : [(sentAt + answer.at) / 2 - answer.date],
  );
  const skew = seen.at(-1);
  if (skew === undefined) {
    return { status: "ok", summary: words.unknown, data: { skew: null } };
  }
  const seconds = Math.round(skew / 1000);
  const data = { skewSeconds: seconds };
  if (Math.abs(skew) <= skewLimit) {
    return { status: "ok", summary: words.fine, data };
  }
  return {
    status: "warn",
    summary: words.off(Math.round(Math.abs(seconds) / 60), seconds > 0),
    advice: words.advice,
    data,
  };
}
