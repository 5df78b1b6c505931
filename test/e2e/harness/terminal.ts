import type { Home } from "./home.ts";
import { killGroup, trackGroup } from "./processes.ts";
import { plain } from "./run.ts";
import { createScreen } from "./screen.ts";

export interface TerminalOptions {
  home: Home;
  /** Working directory, usually from `home.project()`. */
  cwd: string;
  /** Arguments for OpenCode; none at all opens its terminal screen. */
  args: readonly string[];
  /** Added to the home's environment. */
  env?: Readonly<Record<string, string>>;
  cols?: number;
  rows?: number;
  /** In place of OpenCode: another program and its first arguments. */
  program?: readonly string[];
  /** Everything that is printed, terminal sequences included. */
  onOutput?: (output: string) => void;
}

const KEYS = {
  enter: "\r",
  down: "\x1b[B",
  up: "\x1b[A",
  tab: "\t",
  backspace: "\x7f",
  escape: "\x1b",
  "ctrl+c": "\x03",
} as const;

export type Key = keyof typeof KEYS;

/** What to wait for: a text, a pattern, or a test of the visible screen. */
export type Expected = string | RegExp | ((visible: string) => boolean);

/** OpenCode in a pseudo-terminal, driven as a person would: look, then type. */
export interface Terminal extends AsyncDisposable {
  /** Everything ever printed, without terminal sequences: to show that a secret never was. */
  screen(): string;
  /** What a person would see now. */
  visible(): string;
  /**
   * Waits until it is visible, and returns the visible screen.
   * @throws after `timeoutMs` (20 s), or when OpenCode ends first; the message holds the screen.
   */
  waitFor(expected: Expected, timeoutMs?: number): Promise<string>;
  type(text: string): void;
  press(key: Key): void;
  /** Exit code; `null` when it was killed. */
  readonly exited: Promise<number | null>;
  /** Kills OpenCode and its children if they still run. */
  close(): Promise<void>;
}

/** Starts OpenCode in a pseudo-terminal; needs no tool beside Bun (not on Windows). */
export function openTerminal(options: TerminalOptions): Terminal {
  const { home, cwd, args, env = {}, cols = 120, rows = 40 } = options;
  const { program = [home.binary], onOutput } = options;
  const decoder = new TextDecoder();
  const view = createScreen(cols, rows);
  let printed = "";
  let ended = false;
  let wake = (): void => {};

  const child = Bun.spawn([...program, ...args], {
    cwd,
    env: { ...home.env, ...env },
    terminal: {
      cols,
      rows,
      data(_terminal, bytes) {
        const output = decoder.decode(bytes, { stream: true });
        printed += output;
        view.write(output);
        onOutput?.(output);
        wake();
      },
    },
  });
  // A process started on a new terminal leads its own session, and so its own group.
  trackGroup(child.pid);
  const exited = child.exited.then(() => {
    ended = true;
    wake();
    return child.exitCode;
  });

  const send = (text: string): void => {
    child.terminal?.write(text);
  };
  const close = async (): Promise<void> => {
    killGroup(child.pid);
    await exited;
    child.terminal?.close();
  };

  return {
    screen: () => plain(printed),
    visible: view.text,
    async waitFor(expected, timeoutMs = 20_000) {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const visible = view.text();
        if (matches(visible, expected)) return visible;
        const left = deadline - performance.now();
        if (ended || left <= 0) {
          const why = ended ? "OpenCode ended" : `${timeoutMs} ms passed`;
          throw new Error(`${why} before this was visible: ${expected}\nThe screen:\n${visible}`);
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    type: send,
    press: (key) => send(KEYS[key]),
    exited,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function matches(visible: string, expected: Expected): boolean {
  if (typeof expected === "string") return visible.includes(expected);
  return typeof expected === "function" ? expected(visible) : expected.test(visible);
}
