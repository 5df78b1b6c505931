/** Asks the gateway for its model list, at each place it may be. */
import { type Fetch, lettingGo } from "../fetch.ts";
import { parseJson } from "../json.ts";
import { type ReadLimit, readBounded } from "../response/read.ts";
import { parseModelList, type RemoteModel } from "./remote.ts";

export type FetchedList =
  | {
      readonly type: "list";
      readonly url: string;
      readonly etag: string | undefined;
      readonly models: RemoteModel[];
    }
  /** The list that is already known is still right. */
  | { readonly type: "unchanged" }
  | { readonly type: "failed"; readonly reason: string };

export type FetchListOptions = {
  /** Candidates, likeliest first. */
  readonly urls: readonly string[];
  /** With the key as a Bearer token. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the known list came from, if that is among the candidates. */
  readonly known: { readonly url: string; readonly etag?: string | undefined } | undefined;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  readonly limit: ReadLimit;
};

/** Never rejects. Stops at the first list, and where another path cannot help. */
export async function fetchModelList(options: FetchListOptions): Promise<FetchedList> {
  const { urls, known } = options;
  const first = urls.filter((url) => url === known?.url);
  const reasons: string[] = [];
  for (const url of [...first, ...urls.filter((other) => other !== known?.url)]) {
    const etag = url === known?.url ? known.etag : undefined;
    const answer = await lettingGo(options.signal, (signal) =>
      ask(url, etag, { ...options, signal }),
    );
    if (answer.type !== "failed") return answer;
    reasons.push(`${url}: ${answer.reason}`);
    if (answer.final) break;
  }
  return { type: "failed", reason: reasons.join("; ") };
}

type Answer =
  | Exclude<FetchedList, { type: "failed" }>
  | { readonly type: "failed"; readonly reason: string; readonly final: boolean };

async function ask(
  url: string,
  etag: string | undefined,
  { headers, fetch, signal, limit }: FetchListOptions,
): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers: {
        ...headers,
        accept: "application/json",
        ...(etag === undefined ? {} : { "if-none-match": etag }),
      },
      // The key belongs to this gateway: where it points to is not asked.
      redirect: "manual",
      signal,
    });
  } catch (error) {
    // Same host, so the other paths would fail alike.
    const reason = error instanceof Error ? error.name : "not reachable";
    return { type: "failed", reason, final: true };
  }
  if (response.status === 304 && etag !== undefined) return { type: "unchanged" };
  if (response.status !== 200) {
    // Nobody reads this body; one that is broken already rejects here.
    void response.body?.cancel().catch(() => {});
    const { status } = response;
    return { type: "failed", reason: `status ${status}`, final: status === 401 };
  }
  const models = parseModelList(parseJson(await readBounded(response.body, limit)));
  if (models === undefined) return { type: "failed", reason: "no model list", final: false };
  return { type: "list", url, etag: response.headers.get("etag") ?? undefined, models };
}
