/** A promise that is waited for only so long. */

export const tooLate = Symbol("too late");

/** What it resolves to, or `tooLate` after `ms` milliseconds. It goes on either way. */
export function within<T>(promise: Promise<T>, ms: number): Promise<T | typeof tooLate> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, tooLate);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
