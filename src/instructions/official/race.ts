/** One text that several hosts have, from the first of them that gives it. */
import { type Downloaded, type DownloadOptions, download } from "./download.ts";

/** Milliseconds for which a host may be silent until the next one is asked too. */
const patienceMs = 300;

export type RaceOptions = DownloadOptions & {
  /** Why a text is not the one that is wanted, if it is not. */
  readonly check: (text: string, url: string) => string | undefined;
  readonly patienceMs?: number;
};

/**
 * The hosts are asked one after the other, the next as soon as one has failed or was silent for a
 * while; whichever has the text first ends it for the others. Never rejects: where all failed, what
 * the first of them said is returned.
 *
 * @param urls likeliest first, at least one.
 */
export function downloadFromAny(
  urls: readonly string[],
  options: RaceOptions,
): Promise<Downloaded> {
  const won = new AbortController();
  const signal = AbortSignal.any([options.signal, won.signal]);
  const failures = new Map<number, Downloaded>();
  let begun = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  return new Promise((resolve) => {
    const end = (result: Downloaded): void => {
      clearTimeout(timer);
      resolve(result);
      won.abort();
    };
    const begin = (): void => {
      clearTimeout(timer);
      const index = begun++;
      const url = urls[index] ?? "";
      if (begun < urls.length) {
        timer = setTimeout(begin, options.patienceMs ?? patienceMs);
        timer.unref();
      }
      void ask(url, { ...options, signal }).then((result) => {
        if (result.type !== "failed") return end(result);
        failures.set(index, result);
        if (failures.size >= urls.length) return end(failures.get(0) ?? result);
        if (begun < urls.length && !won.signal.aborted) begin();
      });
    };
    begin();
  });
}

async function ask(url: string, options: RaceOptions): Promise<Downloaded> {
  const result = await download(url, options);
  if (result.type !== "text") return result;
  const reason = options.check(result.text, url);
  return reason === undefined ? result : { type: "failed", reason };
}
