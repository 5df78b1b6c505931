import { afterEach, describe, expect, test } from "bun:test";
import { createSession, type SessionDependencies } from "../../../src/host/session.ts";
import { createInstructionsMemory } from "../../../src/instructions/sources.ts";
import { noRequestLog } from "../../../src/log/request-log.ts";
import { createFolders } from "../../support/folder.ts";
import { until } from "../instructions/setup.ts";

const folders = createFolders();
const sessions: ReturnType<typeof createSession>[] = [];
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.dispose()));
  folders.clean();
});

/** Every request hangs until its signal ends it; `signals` are theirs, by URL. */
function start(change: Partial<SessionDependencies> = {}) {
  const home = folders.make();
  const signals = new Map<string, AbortSignal>();
  const session = createSession({
    env: {},
    home,
    directory: home,
    worktree: home,
    pluginOptions: undefined,
    fetch: (url, { signal }) =>
      new Promise((_, reject) => {
        if (!signal) throw new Error(`Nobody could break off ${url}`);
        signals.set(url, signal);
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    instructionsMemory: createInstructionsMemory(),
    requestLog: noRequestLog,
    toast: () => {},
    debug: () => {},
    ...change,
  });
  sessions.push(session);
  return { session, signals };
}

const baseURL = "https://one.example/v1";
const credential = { type: "api" as const, key: "sk-one-0123456789", baseURL };

describe("a credential", () => {
  /** The host hands it over with each hook: files are not read again for it. */
  test("that is the one before changes nothing", async () => {
    const { session } = start();
    session.setLogin(credential);
    const gateway = await session.ready();
    session.setLogin({ ...credential });
    expect(await session.ready()).toBe(gateway);
    session.setLogin(undefined);
    const none = await session.ready();
    expect(none).not.toBe(gateway);
    session.setLogin(undefined);
    expect(await session.ready()).toBe(none);
  });

  test.each([
    ["key", { ...credential, key: "sk-two-0123456789" }],
    ["base URL", { ...credential, baseURL: "https://two.example/v1" }],
    ["absence", undefined],
  ])("with another %s is taken", async (_, other) => {
    const { session } = start();
    session.setLogin(credential);
    const gateway = await session.ready();
    expect(gateway.resolved).toMatchObject({
      key: { value: credential.key },
      settings: { baseURL },
    });
    session.setLogin(other);
    const { resolved } = await session.ready();
    expect(resolved.key?.value).toBe(other?.key);
    // A login's is kept in the settings file.
    expect(resolved.settings.baseURL).toBe(other?.baseURL ?? baseURL);
  });
});

describe("the end", () => {
  test("breaks off the downloads of instructions", async () => {
    const { session, signals } = start();
    session.setLogin(credential);
    await session.ready();
    await until(() => signals.size > 1);
    const downloads = [...signals].filter(([url]) => url.includes("github"));
    expect(downloads).toHaveLength(signals.size);
    expect(downloads.filter(([, { aborted }]) => aborted)).toEqual([]);
    await session.dispose();
    expect(downloads.filter(([, { aborted }]) => !aborted).map(([url]) => url)).toEqual([]);
  });

  test("breaks off the model list", async () => {
    const { session, signals } = start();
    session.setLogin(credential);
    const list = session.loadModels(() => undefined);
    const asked = () => [...signals].filter(([url]) => url.startsWith("https://one.example/"));
    await until(() => asked().length > 0);
    await session.dispose();
    expect(asked().map(([, { aborted }]) => aborted)).toEqual([true]);
    expect(await list).toBeUndefined();
  });

  test("waits for the request log, which holds back what is not on disk yet", async () => {
    const written = Promise.withResolvers<void>();
    let flushes = 0;
    const requestLog = {
      ...noRequestLog,
      flush: () => {
        flushes++;
        return written.promise;
      },
    };
    const { session } = start({ requestLog });
    let over = false;
    const end = session.dispose().then(() => {
      over = true;
    });
    await Bun.sleep(20);
    expect([flushes, over]).toEqual([1, false]);
    written.resolve();
    await end;
  });
});
