/** Whose a request to OpenAI is, by OpenCode 2's account in force: accounts change while it runs. */
import { stat } from "node:fs/promises";
import * as v from "valibot";
import { isObject, type JsonObject } from "../../json.ts";
import { configFiles } from "../../settings/config-files.ts";
import { BaseURLSchema } from "../../settings/fields.ts";
import { keyVariable, type Login } from "../../settings/input.ts";
import { keysPath } from "../../settings/keys.ts";
import { loadWrittenConfig } from "../../settings/opencode-config.ts";
import { loadJsonFile, settingsPath } from "../../settings/store.ts";
import { words } from "../../words/current.ts";
import type { CurrentBaseURL } from "../login-prompt.ts";
import { pickModelOptions } from "../model-options.ts";
import type { createSession, SessionDependencies, SessionState } from "../session.ts";
import { integrationID, readStored, type Stored } from "./login.ts";
import type { HostContext } from "./types.ts";

export type Account = {
  /** The gateway of the account in force; nothing if the account is not one of a gateway. */
  find(): Promise<SessionState | undefined>;
  /** All that is configured, whatever the account: providers beside `openai` have keys of their own. */
  current(): Promise<SessionState>;
  /** Its base URL, as it was found last. */
  readonly baseURL: CurrentBaseURL;
  /** Options that the user's configuration sets for all models of the provider. */
  readonly options: JsonObject;
};

export type AccountOptions = Pick<
  SessionDependencies,
  "env" | "home" | "directory" | "worktree"
> & {
  readonly session: ReturnType<typeof createSession>;
  readonly connection: HostContext["integration"]["connection"];
};

type StoredKey = Extract<Stored, { readonly type: "key" }>;

type Decision = {
  readonly login: Login | undefined;
  /** A key of OpenAI's own, beside the login of a gateway. */
  readonly openAIs?: boolean;
};

export function createAccount({ session, connection, ...where }: AccountOptions): Account {
  const file = settingsPath(where.home);
  let baseURL: CurrentBaseURL;
  let modelOptions: JsonObject = {};
  let seen: string | undefined;
  /** Good for the same account and the same files. */
  let decided: (Decision & { readonly of: string }) | undefined;
  let searching: Promise<unknown> = Promise.resolve();

  async function find(): Promise<SessionState | undefined> {
    const stored = await readAccount();
    await followFiles();
    const of = JSON.stringify([stored, seen]);
    if (decided?.of !== of) decided = { of, ...(await decide(stored)) };
    const state = await take(decided.login);
    if (decided.openAIs) baseURL = undefined;
    return state.resolved.key === undefined ? undefined : state;
  }

  /**
   * What the session is told of the account. A key is kept back until it is known to be a gateway's:
   * the session keeps the key of a login, and gives it to whoever is at the base URL in force.
   */
  async function decide(stored: Stored | undefined): Promise<Decision> {
    if (stored?.type !== "key") return { login: stored };
    const { kept, ofGateway } = stored;
    if (stored.baseURL !== undefined) return { login: toLogin(stored, stored.baseURL) };
    // The variable outranks what is stored.
    if (where.env[keyVariable]?.trim()) return { login: undefined };
    const { problems } = (await take({ type: "oauth" })).resolved;
    // A setting that cannot be read is an error to tell, and no reason to send a key elsewhere.
    if (problems.length > 0) return { login: toLogin(stored, undefined) };
    if (await isFromLogin()) {
      // Typed for the key of another account. This one goes where it was entered for, or to OpenAI.
      if (kept !== undefined) return { login: toLogin(stored, kept) };
      if (ofGateway) throw new Error(words().host2.unknownGateway);
      return { login: { type: "oauth" }, openAIs: true };
    }
    if (baseURL !== undefined) return { login: toLogin(stored, undefined) };
    if (kept !== undefined) return { login: toLogin(stored, kept) };
    return { login: ofGateway ? toLogin(stored, undefined) : undefined };
  }

  async function readAccount(): Promise<Stored | undefined> {
    const active = await connection.active(integrationID);
    // A key in another variable is OpenAI's own; the one in ours is known already.
    if (active?.type !== "credential") return undefined;
    return readStored(await connection.resolve(active));
  }

  async function take(login: Login | undefined): Promise<SessionState> {
    session.setLogin(login);
    const state = await session.ready();
    const { settings, sources } = state.resolved;
    baseURL =
      settings.baseURL === undefined
        ? undefined
        : { baseURL: settings.baseURL, source: sources.baseURL ?? "" };
    return state;
  }

  /** The settings file has this base URL from a login, and nobody has changed it since. */
  async function isFromLogin(): Promise<boolean> {
    if (baseURL?.source !== file) return false;
    const { values } = { values: undefined, ...(await loadJsonFile(file)) };
    const last = isObject(values) && isObject(values.lastLogin) ? values.lastLogin : {};
    const typed = v.safeParse(BaseURLSchema, last.baseURL);
    return typed.success && typed.output === baseURL.baseURL;
  }

  /** The service lives for days: an edit of a file counts from the next request on. */
  async function followFiles(): Promise<void> {
    const paths = [file, keysPath(where.home), ...configFiles(where).map(({ path }) => path)];
    const now = (await Promise.all(paths.map(stamp))).join();
    if (now === seen) return;
    seen = now;
    // The user's own words: what the host has of the provider, the catalogue wrote as well.
    const { provider, options } = await loadWrittenConfig(where);
    modelOptions = pickModelOptions(options);
    session.setProvider({ api: provider.api.at(-1)?.value, options });
  }

  /** One after the other: an account that is switched meanwhile must not mix its key with the URL. */
  function queue<T>(search: () => Promise<T>): Promise<T> {
    const found = searching.then(search);
    searching = found.catch(() => {});
    return found;
  }

  return {
    find: () => queue(find),
    current: () =>
      queue(async () => {
        // What is wrong with the account is told where it is asked for.
        await find().catch(() => {});
        return session.ready();
      }),
    get baseURL() {
      return baseURL;
    },
    get options() {
      return modelOptions;
    },
  };
}

function toLogin({ key, kept }: StoredKey, baseURL: string | undefined): Login {
  return { type: "api", key, baseURL, kept };
}

/** A file that is not there has no time, which is as good as any other. */
async function stamp(path: string): Promise<string> {
  return stat(path).then(
    ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
    () => "",
  );
}
