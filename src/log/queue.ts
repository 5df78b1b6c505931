/** Work done in the background: one job after the other, never in the caller's way. */

export type Queue = {
  /**
   * Adds a job. `bytes` is what it holds in memory until it ran.
   *
   * @returns false when too much is waiting already: the job is then not done at all.
   */
  add(job: () => Promise<void>, bytes?: number): boolean;
  /** Resolves when every job added so far has run. */
  idle(): Promise<void>;
};

export type QueueOptions = {
  /** Most bytes that wait: a disk that hangs must not fill the memory. */
  readonly maxBytes: number;
  /** Told of every job that failed and of every one that was refused. */
  readonly onProblem: (problem: unknown) => void;
};

export function createQueue({ maxBytes, onProblem }: QueueOptions): Queue {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;

  async function run(job: () => Promise<void>, before: Promise<void>, bytes: number) {
    await before;
    // Whoever added the job, and the stream that runs meanwhile, go first.
    await nextTurn();
    try {
      await job();
    } catch (problem) {
      onProblem(problem);
    } finally {
      waiting -= bytes;
    }
  }

  return {
    add(job, bytes = 0) {
      if (waiting + bytes > maxBytes) {
        onProblem(new Error("the disk is too slow, so parts are left out"));
        return false;
      }
      waiting += bytes;
      last = run(job, last, bytes);
      return true;
    },
    idle: () => last,
  };
}

/** Longest time a job keeps the thread to itself, milliseconds: less than anyone notices. */
const sliceMs = 8;

/** @returns a function to await between the parts of a long job: it lets others run now and then. */
export function createPacer(): () => Promise<void> {
  let start = performance.now();
  return async () => {
    if (performance.now() - start < sliceMs) return;
    await nextTurn();
    start = performance.now();
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
