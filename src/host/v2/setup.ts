/**
 * OpenCode 2: the host's hooks, turned into calls of the core. Nothing is decided while it starts:
 * whose a request is, is decided for each by the account in force.
 */
import { failureResponse } from "../../failure.ts";
import type { Gateway } from "../../gateway.ts";
import { asString, isObject, type JsonObject } from "../../json.ts";
import { listModels } from "../../models/shown.ts";
import { redactSecrets } from "../../redact.ts";
import type { RequestHints } from "../../request/hints.ts";
import { loadCodexHint } from "../../settings/codex-hint.ts";
import { keyVariable } from "../../settings/input.ts";
import { isBlank } from "../../settings/login.ts";
import { namesModelFor, openAINames } from "../../settings/model-names.ts";
import { loadWrittenConfig } from "../../settings/opencode-config.ts";
import { secretsOf } from "../../settings/secrets.ts";
import { words } from "../../words/current.ts";
import { writeHints } from "../hints.ts";
import { placeholderKey } from "../placeholder-key.ts";
import { createSession, type SessionDependencies, type SessionState } from "../session.ts";
import { createHostModels, hostEffortsIn } from "../v1/models.ts";
import { createWarn } from "../warn.ts";
import { createAccount } from "./account.ts";
import { createCatalogHandle, providersOf } from "./catalog.ts";
import { addLogin, integrationID } from "./login.ts";
import { createLoopback, type Handle } from "./loopback.ts";
import { readModels, variantEffort, writeProvider } from "./models.ts";
import { createRepeats } from "./repeats.ts";
import type {
  Awaitable,
  HostContext,
  ModelEditor,
  ModelRef,
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
  /** One handler for each gateway, so that each keeps its path. */
  const handles = new WeakMap<Gateway, Handle>();
  /** The host's models as they were before we changed them. */
  let known: ReturnType<typeof readModels> = {};
  /** What the lists are made of; nothing while no gateway is in force. */
  let shown: Awaited<ReturnType<typeof session.loadModels>> | "none" = "none";
  /** The providers beside `openai`, as the host was told last. */
  let beside: SessionState["beside"] = new Map();
  const providers = ctx.provider ?? providersOf(ctx);
  const catalogHandle = createCatalogHandle(account);
  /** Our address for a host that has no hook for it. */
  let address: string | undefined;
  /** Models that the configuration names. */
  const { models: written } = await loadWrittenConfig(deps);
  const named = openAINames(written);
  const codexCLI = await loadCodexHint(deps.env, deps.home);

  function changeProvider(editor: ProviderEditor): void {
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
  }

  /** Providers of the gateways that have one of their own. */
  function addBeside(editor: ProviderEditor): void {
    // Previews have no hook before a request: it would go out past us, with a key that is none.
    if (ctx.provider === undefined) return;
    for (const [id, { rooms, knowledge }] of beside) {
      const [{ name, member }] = rooms;
      if (member === undefined) continue;
      const models = createHostModels({}, { knowledge: knowledge(), options: account.options });
      // The key is put in by the gateway; without one the host would not show the provider.
      const settings = { baseURL: member.baseURL, apiKey: placeholderKey };
      writeProvider(editor, { id, name, models, settings });
    }
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
    const stamp = () => JSON.stringify([shown, account.baseURL, listsOf(beside)]);
    const before = stamp();
    const state = await account.find();
    deps.report?.({ step: "models", ours: state !== undefined });
    shown = state === undefined ? "none" : await session.loadModels(hostEffortsIn(known));
    if (ctx.provider === undefined && state !== undefined) {
      address = await loopback.open(catalogHandle);
    }
    beside = (await session.ready()).beside;
    await Promise.all([...beside.keys()].map((id) => session.loadModelsBeside(id)));
    if (stamp() === before) return;
    await providers?.reload();
    await ctx.integration.reload();
  }

  async function onRequest(event: ModelRequestEvent): Promise<void> {
    const gateway = await gatewayFor(event.model.providerID);
    if (gateway === undefined) return;
    event.baseURL = await loopback.open(handleOf(gateway));
    Object.assign(event.headers, writeHints(await hints(event)));
  }

  /** @returns nothing for a provider that is none of ours. */
  async function gatewayFor(provider: string): Promise<Gateway | undefined> {
    if (provider !== integrationID && !beside.has(provider)) return undefined;
    const openai = provider === integrationID;
    const state = openai ? await account.find() : await session.upToDate();
    if (state === undefined) return undefined;
    warn(state.resolved);
    if (openai) return state.gateway;
    // It may have left the settings since the host was told; its base URL is still with the host.
    return state.beside.get(provider)?.gateway ?? { handle: noKey };
  }

  function handleOf(gateway: Gateway): Handle {
    const handle = handles.get(gateway) ?? ((request) => gateway.handle(request));
    handles.set(gateway, handle);
    return handle;
  }

  /** What the body does not tell. */
  async function hints(event: ModelRequestEvent): Promise<RequestHints> {
    const { kind, sessionID, agent: name } = event;
    const agent = await findAgent(name);
    const named = agent?.model !== undefined || namesModelFor("title", written);
    // The host would ask the session's own model for a title, with its effort.
    if (kind === "title" && !named) return { smallTask: true, anyModel: true };
    return {
      smallTask: kind === "title",
      repeats: kind === "primary" && repeats.take(sessionID),
      effort: await pickedEffort(event.model),
      ownPrompt: !isBlank(asString(agent?.system)),
    };
  }

  async function pickedEffort(model: ModelRef): Promise<string | undefined> {
    const { variant = "default" } = model;
    return variant === "default" ? undefined : variantEffort(await ctx.model?.list(), model);
  }

  async function findAgent(name: string | undefined): Promise<JsonObject | undefined> {
    if (name === undefined) return undefined;
    const answer = await ctx.agent?.list();
    const agents: unknown = isObject(answer) && !Array.isArray(answer) ? answer.data : answer;
    if (!Array.isArray(agents)) return undefined;
    return agents.filter(isObject).find(({ id }) => id === name);
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
          addBeside(editor);
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
    const ours = model.providerID === integrationID || beside.has(model.providerID);
    const again = ours && decision.retry;
    if (again) repeats.expect(sessionID, decision.delay);
  });
  await quietly("the start", refresh);
  const events = follow(ctx, () => void quietly("an update", refresh));

  return async () => {
    events.stop();
    await loopback.close();
    await session.dispose();
  };
}

/** What is shown of the providers beside `openai`. */
function listsOf(beside: SessionState["beside"]): unknown {
  return [...beside].map(([id, { rooms, knowledge }]) => [
    id,
    rooms[0].member?.baseURL,
    knowledge().list,
  ]);
}

const noKey: Handle = async () => failureResponse({ type: "key_missing" });

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
