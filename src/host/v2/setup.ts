/**
 * OpenCode 2: the host's hooks, turned into calls of the core. Nothing is decided while it starts:
 * whose a request is, is decided for each by the account in force.
 */
import { failureResponse } from "../../failure.ts";
import type { Gateway } from "../../gateway.ts";
import { asString, isObject } from "../../json.ts";
import { listModels } from "../../models/shown.ts";
import { redactSecrets } from "../../redact.ts";
import { loadCodexHint } from "../../settings/codex-hint.ts";
import { keyVariable } from "../../settings/input.ts";
import { openAINames } from "../../settings/model-names.ts";
import { loadWrittenConfig } from "../../settings/opencode-config.ts";
import { secretsOf } from "../../settings/secrets.ts";
import { words } from "../../words/current.ts";
import { writeHints } from "../hints.ts";
import { createHostModels, hostEffortsIn } from "../models.ts";
import { createSession, type SessionDependencies } from "../session.ts";
import { createWarn } from "../warn.ts";
import { createAccount } from "./account.ts";
import { createBesides } from "./beside.ts";
import { createCatalogHandle, providersOf } from "./catalog.ts";
import { createHints } from "./hints.ts";
import { addLogin, integrationID } from "./login.ts";
import { createLoopback, type Handle } from "./loopback.ts";
import { readModels, writeProvider } from "./models.ts";
import { createRepeats } from "./repeats.ts";
import type {
  Awaitable,
  HostContext,
  ModelEditor,
  ModelRequestEvent,
  ProviderEditor,
} from "./types.ts";

/** @returns the host's cleanup function, or nothing where there is nothing for us. */
export async function setup(
  ctx: HostContext,
  deps: SessionDependencies,
): Promise<(() => Promise<void>) | undefined> {
  const hook = ctx.session?.hook;
  // OpenCode 1.18 calls this too, with less; there `server` does the work.
  if (typeof hook !== "function") return undefined;
  deps.report?.({ step: "started" });

  const session = createSession(deps);
  const account = createAccount({ ...deps, session, connection: ctx.integration.connection });
  const redact = (text: string): string =>
    redactSecrets(text, [deps.env[keyVariable]?.trim(), ...secretsOf(session.latest)]);
  const debug = (message: string): void => deps.debug(redact(message));
  const loopback = createLoopback({ redact, debug });
  const repeats = createRepeats(Date.now);
  const warn = createWarn(deps.toast);
  const besides = createBesides({ account, session, warn });
  /** One handler for each gateway, so that each keeps its path. */
  const handles = new WeakMap<Gateway, Handle>();
  /** The host's models as they were before we changed them. */
  let known: ReturnType<typeof readModels> = {};
  /** What the lists are made of; nothing while no gateway is in force. */
  let shown: Awaited<ReturnType<typeof session.loadModels>> | "none" = "none";
  /** The host offers models of ours. */
  let offered = false;
  const providers = ctx.provider ?? providersOf(ctx);
  const catalogHandle = createCatalogHandle(account);
  /** Our address for a host that has no hook for it. */
  let address: string | undefined;
  /** Models that the configuration names. */
  const { models: written } = await loadWrittenConfig(deps);
  const named = openAINames(written);
  const hintsFor = createHints({ ctx, written, repeats });
  const codexCLI = await loadCodexHint(deps.env, deps.home);

  function changeProvider(editor: ProviderEditor): void {
    offered = shown !== "none";
    if (shown === "none") return;
    const before = editor.get(integrationID)?.models ?? new Map();
    known = readModels(before);
    const { models: scope, context, costMultiplier } = session.latest?.settings ?? {};
    const models = createHostModels(known, {
      knowledge: session.knowledge(),
      filter: scope !== "all",
      named,
      options: account.options,
      long: context === "max",
      costMultiplier,
    });
    for (const id of before.keys()) {
      if (!Object.hasOwn(models, id)) editor.models.remove(integrationID, id);
    }
    const settings = address === undefined ? {} : { baseURL: address };
    writeProvider(editor, { id: integrationID, name: "OpenAI", models, settings });
    // Keys of ours need no account of the host's, which shows no model without one.
    editor.update(integrationID, (provider) => {
      if (provider.activation !== "disabled") provider.activation = "enabled";
    });
  }

  /** The host's own choice is the newest model of any provider, which says nothing of a gateway. */
  function changeDefault(editor: ModelEditor): void {
    if (shown === "none" || editor.default?.get() !== undefined) return;
    const all = session.latest?.settings.models === "all";
    const { preferred } = listModels({ knowledge: session.knowledge(), host: new Map(), all });
    if (preferred !== undefined) editor.default?.set(integrationID, preferred);
  }

  /** Brings login and models up to date with the account in force. */
  async function refresh(): Promise<void> {
    const stamp = () => JSON.stringify([shown, account.baseURL]);
    const before = stamp();
    const state = await account.find();
    deps.report?.({ step: "models", ours: state !== undefined });
    shown = state === undefined ? "none" : await session.loadModels(hostEffortsIn(known));
    if (ctx.provider === undefined && state !== undefined) {
      address = await loopback.open(catalogHandle);
    }
    if (stamp() === before) return;
    await providers?.reload();
    await ctx.integration.reload();
  }

  /** Previews have no hook before a request: it would go out past us, with a key that is none. */
  async function refreshBeside(): Promise<void> {
    if (ctx.provider !== undefined && (await besides.load())) await ctx.provider.reload();
  }

  async function onRequest(event: ModelRequestEvent): Promise<void> {
    const { providerID } = event.model;
    const handle = providerID === integrationID ? await findHandle() : besides.handleOf(providerID);
    if (handle === undefined) return;
    event.baseURL = await loopback.open(handle);
    Object.assign(event.headers, writeHints(await hintsFor(event)));
  }

  /** @returns nothing where the account is none of a gateway. */
  async function findHandle(): Promise<Handle | undefined> {
    const state = await account.find();
    if (state === undefined) {
      // Shown for a gateway that is gone since: OpenAI is not to read what was meant for that one.
      if (!offered) return undefined;
      const active = await ctx.integration.connection.active(integrationID);
      return active === undefined ? keyMissing : undefined;
    }
    warn(state.resolved);
    return handleOf(state.gateway);
  }

  function handleOf(gateway: Gateway): Handle {
    const handle = handles.get(gateway) ?? ((request) => gateway.handle(request));
    handles.set(gateway, handle);
    return handle;
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
      (editor) => void quietly("the login", () => addLogin(editor, account.baseURL, codexCLI)),
    ),
  );
  await quietly("the model list", () =>
    providers?.transform(
      (editor) =>
        void quietly("the model list", () => {
          changeProvider(editor);
          besides.write(editor);
        }),
    ),
  );
  await quietly("the default model", () =>
    ctx.model?.transform?.(
      (editor) => void quietly("the default model", () => changeDefault(editor)),
    ),
  );
  await hook("model.request", async (event) => {
    try {
      await onRequest(event);
    } catch (cause) {
      // To go on would send the key of a gateway to OpenAI: the turn ends, and says why.
      const said = redact(cause instanceof Error ? cause.message : String(cause));
      throw new Error(words().host2.notTaken(said));
    }
  });
  await hook("retry", ({ sessionID, model, decision }) => {
    const { providerID: id } = model;
    const ours = id === integrationID || besides.handleOf(id) !== undefined;
    if (ours && decision.retry) repeats.expect(sessionID, decision.delay);
  });
  const update = async (): Promise<void> => {
    await quietly("the account", refresh);
    await quietly("the providers beside", refreshBeside);
  };
  await update();
  const events = follow(ctx, () => void update());

  return async () => {
    events.stop();
    await loopback.close();
    await session.dispose();
  };
}

const keyMissing: Handle = async () => failureResponse({ type: "key_missing" });

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
