/** A gateway with a provider of its own in OpenCode 2: shown without an account, as its key is ours. */
import { type BesideProvider, handleBeside, loadBeside } from "../beside.ts";
import { placeholderKey } from "../placeholder-key.ts";
import type { createSession, SessionState } from "../session.ts";
import type { Account } from "./account.ts";
import type { Handle } from "./loopback.ts";
import { packageName, writeProvider } from "./models.ts";
import type { ProviderEditor } from "./types.ts";

export type BesideOptions = {
  readonly account: Account;
  readonly session: ReturnType<typeof createSession>;
  readonly warn: (resolved: SessionState["resolved"]) => void;
};

export function createBesides({ account, session, warn }: BesideOptions) {
  /** As the host was told last. */
  let shown: readonly BesideProvider[] = [];
  /** One for each, so that each keeps its path. */
  const handles = new Map<string, Handle>();

  const createHandle =
    (id: string): Handle =>
    async (request) => {
      const state = await account.current();
      warn(state.resolved);
      return handleBeside(id, state, request);
    };

  return {
    /** Looks what there is now. @returns whether that is something else than before. */
    async load(): Promise<boolean> {
      const before = JSON.stringify(shown);
      shown = await loadBeside(await account.current(), session, account.options);
      return JSON.stringify(shown) !== before;
    },

    write(editor: ProviderEditor): void {
      for (const { id, name, baseURL, models } of shown) {
        writeProvider(editor, { id, name, models, settings: { baseURL, apiKey: placeholderKey } });
        editor.update(id, (provider) => {
          provider.package = packageName;
          provider.activation = "enabled";
          // An account of the host's by this name is for somebody else.
          provider.integrationID = undefined;
        });
      }
    },

    /** Who answers requests to this provider; nobody where it is none of these. */
    handleOf(id: string): Handle | undefined {
      if (!shown.some((provider) => provider.id === id)) return undefined;
      const handle = handles.get(id) ?? createHandle(id);
      handles.set(id, handle);
      return handle;
    },
  };
}
