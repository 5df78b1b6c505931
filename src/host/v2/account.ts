/** Whose a request to OpenAI is, by OpenCode 2's account in force: accounts change while it runs. */
import { stat } from "node:fs/promises";
import * as v from "valibot";
import { isObject, type JsonObject } from "../../json.ts";
import { configFiles } from "../../settings/config-files.ts";
import { BaseURLSchema } from "../../settings/fields.ts";
import type { Login } from "../../settings/input.ts";
import { keysPath } from "../../settings/keys.ts";
import { loadWrittenConfig } from "../../settings/opencode-config.ts";
import { loadJsonFile, settingsPath } from "../../settings/store.ts";
import { words } from "../../words/current.ts";
import type { CurrentBaseURL } from "../login-prompt.ts";
import type { createSession, SessionDependencies, SessionState } from "../session.ts";
import { pickModelOptions } from "../v1/options.ts";
import { integrationID, readStored, type Stored } from "./login.ts";
import type { HostContext } from "./types.ts";

export type Account = {
  /** The gateway of the account in force; nothing if the account is not one of a gateway. */
  find(): Promise<SessionState | undefined>;
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

export function createAccount({ session, connection, ...where }: AccountOptions): Account {
  const file = settingsPath(where.home);
  let baseURL: CurrentBaseURL;
  let modelOptions: JsonObject = {};
  let seen: string | undefined;
  let searching: Promise<unknown> = Promise.resolve();

  async function find(): Promise<SessionState | undefined> {
    const stored = await readAccount();
    await followFiles();
    const state = await take(stored, stored?.type === "key" ? stored.baseURL : undefined);
    const { key, problems, refusal } = state.resolved;
    if (key === undefined) return undefined;
    // A setting that cannot be read is an error to tell, and no reason to send a key elsewhere. So is
    // a key of ours without a base URL.
    if (stored?.type !== "key" || key.value !== stored.key) return state;
    if (problems.length > 0 || refusal !== undefined || stored.baseURL !== undefined) return state;
    if (await isFromLogin()) {
      // Typed for the key of another account. This one goes where it was entered for, or to OpenAI.
      if (stored.kept !== undefined) {
        return stored.kept === baseURL?.baseURL ? state : take(stored, stored.kept);
      }
      baseURL = undefined;
      if (stored.ofGateway) throw new Error(words().host2.unknownGateway);
      return undefined;
    }
    if (baseURL !== undefined) return state;
    if (stored.kept !== undefined) return take(stored, stored.kept);
    return stored.ofGateway ? state : undefined;
  }

  async function readAccount(): Promise<Stored | undefined> {
    const active = await connection.active(integrationID);
    // A key in another variable is OpenAI's own; the one in ours is known already.
    if (active?.type !== "credential") return undefined;
    return readStored(await connection.resolve(active));
  }

  async function take(
    stored: Stored | undefined,
    typed: string | undefined,
  ): Promise<SessionState> {
    session.setLogin(toLogin(stored, typed));
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

  return {
    /** One after the other: an account that is switched meanwhile must not mix its key with the URL. */
    find() {
      const found = searching.then(find);
      searching = found.catch(() => {});
      return found;
    },
    get baseURL() {
      return baseURL;
    },
    get options() {
      return modelOptions;
    },
  };
}

function toLogin(stored: Stored | undefined, baseURL: string | undefined): Login | undefined {
  if (stored?.type !== "key") return stored;
  const { key, kept } = stored;
  return { type: "api", key, baseURL, kept };
}

/** A file that is not there has no time, which is as good as any other. */
async function stamp(path: string): Promise<string> {
  return stat(path).then(
    ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
    () => "",
  );
}
