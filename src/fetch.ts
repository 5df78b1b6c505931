/** The one form of `fetch` that is used here: who needs the network is given one of these. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Runs `work`, whose requests must be given the signal, and lets go of their connections after it,
 * read to the end or not: in Bun 1.3 a body that was cancelled keeps its connection open.
 */
export async function lettingGo<T>(
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  try {
    return await work(AbortSignal.any([signal, done.signal]));
  } finally {
    done.abort();
  }
}
