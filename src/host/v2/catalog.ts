/**
 * Previews of OpenCode 2 (0.0.0-next-16350) have one catalogue for providers and models, and no hook
 * before a request: the base URL stands in the catalogue instead, and who is asked is decided when a
 * request comes.
 */
import { failureResponse } from "../../failure.ts";
import type { Account } from "./account.ts";
import type { Handle } from "./loopback.ts";
import type { HostContext, ProviderEditor } from "./types.ts";

type Providers = NonNullable<HostContext["provider"]>;

/** The catalogue in the form of later hosts; nothing where there is none. */
export function providersOf({ catalog }: HostContext): Providers | undefined {
  if (catalog === undefined) return undefined;
  return {
    reload: () => catalog.reload(),
    transform: (change) =>
      catalog.transform(({ provider, model }) => {
        const editor: ProviderEditor = {
          get: (id) => provider.get(id),
          update: (id, update) => provider.update(id, update),
          models: model,
        };
        change(editor);
      }),
  };
}

/** Asks the gateway of the account that is in force by then. */
export function createCatalogHandle(account: Account): Handle {
  return async (request) => {
    const state = await account.find();
    // Its key is OpenAI's own, and the host has not heard of the change yet.
    if (state === undefined) return failureResponse({ type: "key_missing" });
    return state.gateway.handle(request);
  };
}
