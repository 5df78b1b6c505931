/**
 * OpenCode 2: the host's hooks, turned into calls of the core. Whose a request is, is decided for
 * each by the account in force: accounts are added, switched and removed while the plugin runs.
 */
import { stat } from "node:fs/promises";
import type { Gateway } from "../../gateway.ts";
import { asString, isObject } from "../../json.ts";
import { isBlank } from "../../login.ts";
import { createHostModels } from "../../models/list.ts";
import { resolveModel } from "../../models/resolve.ts";
import { redactSecrets } from "../../redact.ts";
import { privateHeaders } from "../../request/headers.ts";
import { isInsecure } from "../../settings/insecure.ts";
import { loadWrittenConfig } from "../../settings/opencode-config.ts";
import { loadJsonFile, settingsPath } from "../../settings/store.ts";
import { createSession, type SessionDependencies } from "../session.ts";
import {
  addLogin,
  type CurrentBaseURL,
  environmentKey,
  integrationID,
  readStoredKey,
  type StoredKey,
} from "./login.ts";
import { createLoopback, type Handle } from "./loopback.ts";
import { readModels, variantEffort, writeModels } from "./models.ts";
import { createTries } from "./tries.ts";
import type {
  Awaitable,
  HostContext,
  ModelRequestEvent,
  ProviderEditor,
  RetryEvent,
} from "./types.ts";

/** @returns the host's cleanup function, or nothing where there is nothing for us. */
export async function setup(
  ctx: HostContext,
  deps: SessionDependencies,
): Promise<(() => Promise<void>) | undefined> {
  const hook = ctx.session?.hook;
  // OpenCode 1.18 calls this too, with less; there `server` does the work.
  if (typeof hook !== "function") return undefined;

  const session = createSession(deps);
  const tries = createTries();
  const secrets: { key: string | undefined } = { key: undefined };
  const redact = (text: string): string =>
    redactSecrets(text, [deps.env[environmentKey]?.trim(), secrets.key]);
  const debug = (message: string): void => deps.debug(redact(message));
  const loopback = createLoopback({
    redact,
    debug,
    onEnd: (id, end) => {
      if (id !== undefined) tries.note(id, end);
    },
  });
  /** One handler for each gateway, so that each keeps its path. */
  const handles = new WeakMap<Gateway, Handle>();
  /** The host's models as they were before we changed them. */
  let known: ReturnType<typeof readModels> = {};
  /** What the lists are made of; nothing while no gateway is in force. */
  let shown: Awaited<ReturnType<typeof session.loadModels>> | "none" = "none";
  let current: CurrentBaseURL;
  let provider: Parameters<typeof session.setProvider>[0];
  let fileTime: number | undefined;
  let searching: Promise<unknown> = Promise.resolve();

  /** One after the other: an account that is switched meanwhile must not mix its key with the URL. */
  function gatewayInForce(): Promise<Gateway | undefined> {
    const found = searching.then(findGateway);
    searching = found.catch(() => {});
    return found;
  }

  /** The gateway of the account in force; nothing if the account is not one of a gateway. */
  async function findGateway(): Promise<Gateway | undefined> {
    const stored = await storedKey();
    if (stored === undefined && !session.hasEnvironmentKey) {
      session.setCredential(undefined);
      current = undefined;
      return undefined;
    }
    secrets.key = stored?.key;
    await followFile();
    let gateway = await take(stored, stored?.baseURL);
    // The key of the variable is for a gateway alone: without a base URL that is an error to tell,
    // and no reason to send it elsewhere. So is a setting that cannot be read.
    if (stored === undefined || session.hasEnvironmentKey) return gateway;
    if ((session.resolved?.problems ?? []).length > 0) return gateway;
    if (stored.baseURL === undefined && (await isFromLogin(current))) {
      // Typed for the key of another account. This one goes where it was entered for, or to OpenAI.
      if (stored.keeps === undefined) return undefined;
      if (stored.keeps !== current?.baseURL) gateway = await take(stored, stored.keeps);
    }
    return current === undefined ? undefined : gateway;
  }

  async function take(
    stored: StoredKey | undefined,
    baseURL: string | undefined,
  ): Promise<Gateway> {
    session.setCredential(stored && { key: stored.key, baseURL });
    const gateway = await session.ready();
    const { settings, sources } = session.resolved ?? {};
    current =
      settings?.baseURL === undefined
        ? undefined
        : { baseURL: settings.baseURL, source: sources?.baseURL ?? "" };
    return gateway;
  }

  async function storedKey(): Promise<StoredKey | undefined> {
    const { active, resolve } = ctx.integration.connection;
    const connection = await active(integrationID);
    // A key in another variable is OpenAI's own; the one in ours is known already.
    if (connection?.type !== "credential") return undefined;
    return readStoredKey(await resolve(connection));
  }

  /** The settings file has this base URL from a login, and nobody has changed it since. */
  async function isFromLogin(found: CurrentBaseURL): Promise<boolean> {
    const path = settingsPath(deps.home);
    if (found?.source !== path) return false;
    const file = await loadJsonFile(path);
    if (file.type !== "loaded" || !isObject(file.values)) return false;
    const { lastLogin } = file.values;
    const typed = isObject(lastLogin) ? asString(lastLogin.baseURL) : undefined;
    return typed?.trim().replace(/\/+$/, "") === found.baseURL;
  }

  /** The service lives for days: an edit of the settings file counts from the next request on. */
  async function followFile(): Promise<void> {
    // A file that is not there has no time, which is as good as any other.
    const time = await stat(settingsPath(deps.home)).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    if (time !== fileTime) session.setProvider(provider);
    fileTime = time;
  }

  /** What the user's own configuration says; the host's record has the catalogue's word in it too. */
  async function readConfiguration(): Promise<void> {
    const { optionsBaseURL, api } = await loadWrittenConfig(deps);
    provider = { api: api?.value, options: { baseURL: optionsBaseURL?.value } };
    session.setProvider(provider);
  }

  function changeProvider(editor: ProviderEditor): void {
    const entry = editor.get(integrationID);
    if (shown === "none") return;
    const before = entry?.models ?? new Map();
    known = readModels(before);
    const models = createHostModels(known, {
      remote: shown,
      filter: session.resolved?.settings.models !== "all",
    });
    writeModels(editor, models, before);
  }

  /** Brings login and models up to date with the account in force. */
  async function refresh(): Promise<void> {
    const before = JSON.stringify([shown, current]);
    await readConfiguration();
    const gateway = await gatewayInForce();
    shown = gateway === undefined ? "none" : await session.loadModels(known);
    if (JSON.stringify([shown, current]) === before) return;
    await ctx.provider?.reload();
    await ctx.integration.reload();
  }

  async function onRequest(event: ModelRequestEvent): Promise<void> {
    if (event.model.providerID !== integrationID) return;
    const gateway = await gatewayInForce();
    if (gateway === undefined) return;
    tell();
    let handle = handles.get(gateway);
    if (handle === undefined) {
      handle = (request) => gateway.handle(request);
      handles.set(gateway, handle);
    }
    event.baseURL = await loopback.open(handle);
    Object.assign(event.headers, await hints(event));
  }

  /** What the body does not tell. */
  async function hints({ kind, agent, model }: ModelRequestEvent): Promise<Record<string, string>> {
    const { id, variant = "default" } = model;
    if (kind === "title") {
      // The host asks the session's own model, with its name and variant: a title needs no such effort.
      const [weakest] = session.effortsOf(resolveModel(id, session.effortsOf).id) ?? [];
      const cheap = weakest !== undefined;
      return {
        [privateHeaders.smallTask]: "1",
        ...(cheap && { [privateHeaders.effort]: weakest }),
      };
    }
    const effort =
      variant === "default" ? undefined : variantEffort(await ctx.model?.list(), id, variant);
    return {
      ...(effort !== undefined && { [privateHeaders.effort]: effort }),
      ...((await hasOwnPrompt(agent)) && { [privateHeaders.ownPrompt]: "1" }),
    };
  }

  async function hasOwnPrompt(name: string | undefined): Promise<boolean> {
    if (name === undefined) return false;
    const answer = await ctx.agent?.list();
    const agents: unknown = isObject(answer) && !Array.isArray(answer) ? answer.data : answer;
    if (!Array.isArray(agents)) return false;
    const agent: unknown = agents.find((entry: unknown) => isObject(entry) && entry.id === name);
    return isObject(agent) && !isBlank(asString(agent.system));
  }

  function onRetry(event: RetryEvent): void {
    if (event.model.providerID !== integrationID || !event.decision.retry) return;
    if (!tries.mayRetry(event.sessionID)) event.decision = { retry: false };
  }

  function tell(): void {
    const { baseURL } = session.resolved?.settings ?? {};
    if (baseURL !== undefined && isInsecure(baseURL)) {
      deps.toast("insecure", `${baseURL} has no TLS: your API key and your code travel in clear.`);
    }
  }

  /** For what may fail without harm: the host would switch off the whole plugin. */
  async function quietly(what: string, work: () => Awaitable<unknown>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      debug(`${what} failed: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }

  await quietly("the login", () =>
    ctx.integration.transform(
      (editor) => void quietly("the login", () => addLogin(editor, current)),
    ),
  );
  await quietly("the model list", () =>
    ctx.provider?.transform(
      (editor) => void quietly("the model list", () => changeProvider(editor)),
    ),
  );
  await hook("model.request", async (event) => {
    try {
      await onRequest(event);
    } catch (cause) {
      // To go on would send the key of a gateway to OpenAI: the turn ends, and says why.
      const said = redact(cause instanceof Error ? cause.message : String(cause));
      throw new Error(`opencode-openai-codex-key could not take the request: ${said}`);
    }
  });
  await hook("retry", (event) => quietly("the retry", () => onRetry(event)));
  await quietly("the start", refresh);
  const events = follow(ctx, () => void quietly("an update", refresh));

  return async () => {
    events.stop();
    await loopback.close();
    await session.dispose();
  };
}

const accountEvents = new Set(["credential.updated", "credential.switched"]);

/** Calls back after each change of an account, until it is stopped. */
function follow(ctx: HostContext, onChange: () => void): { stop: () => void } {
  const aborted = new AbortController();
  void (async () => {
    for await (const event of ctx.event?.subscribe({ signal: aborted.signal }) ?? []) {
      if (aborted.signal.aborted) return;
      if (isObject(event) && accountEvents.has(asString(event.type) ?? "")) onChange();
    }
  })().catch(() => {
    // A host that ends cuts the stream. Requests look at the account themselves.
  });
  return { stop: () => aborted.abort() };
}
