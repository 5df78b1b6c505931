/**
 * The part of OpenCode 2's plugin interface that is used here, as seen in 2.0.15 (`opencode`, build
 * of 2026-09-23). Written down instead of imported: the host refuses a plugin whose SDK does not
 * suit it, and what a later host leaves out must only be missed where it is used. So everything that
 * not every host of this line has is optional, and is looked for, never a version number.
 */
export type Awaitable<T> = T | Promise<T>;

/** What an account is known by; the secret comes from `resolve`. */
export type Connection =
  | { readonly type: "credential"; readonly id: string }
  | { readonly type: "env"; readonly name: string };

/** A field of the form before the key prompt. */
export type FormField = {
  readonly key: string;
  readonly type: "string";
  readonly title?: string;
  readonly description?: string;
  readonly placeholder?: string;
  /** `uri` makes the host refuse what is no absolute URL; an empty answer is none. */
  readonly format?: "uri";
  readonly required?: boolean;
  /** Stands in the field already, and may be edited. */
  readonly default?: string;
  /** Not shown; its default becomes the answer. */
  readonly hidden?: boolean;
};

export type IntegrationMethod =
  | { readonly type: "key"; readonly label?: string; readonly form?: readonly FormField[] }
  | { readonly type: "env"; readonly names: readonly string[] }
  | { readonly type: "oauth" | "command"; readonly id: string; readonly label: string };

export type IntegrationEditor = {
  get(id: string): unknown;
  update(id: string, change: (integration: { name: string }) => void): void;
  readonly method: {
    list(id: string): readonly IntegrationMethod[];
    /** There is one `key` and one `env` method; this takes its place. */
    update(entry: { readonly integrationID: string; readonly method: IntegrationMethod }): void;
  };
};

export type Values = Record<string, unknown>;

export type Variant = { id: string; settings?: Values };

/** Changed in place by the callbacks of the editors. */
export type Model = {
  readonly id: string;
  /** The id on the wire, where that is another one. */
  modelID?: string;
  name: string;
  family?: string;
  package?: string;
  settings?: Values;
  capabilities: { tools: boolean; input: string[]; output: string[] };
  variants?: Variant[];
  limit: { context: number; input?: number; output: number };
  /** What is not enabled does not run either. */
  enabled?: boolean;
  /** Milliseconds since 1970; the newest comes first. */
  time?: { released: number };
  /** US dollars for a million tokens; more than one where long conversations cost more. */
  cost?: Cost[];
};

export type Cost = {
  input: number;
  output: number;
  cache: { read: number; write: number };
  tier?: { type: "context"; size: number };
};

export type ModelEditor = {
  /** The model for a user who names none; the configuration's `model` stands here too. */
  readonly default?: {
    get(): unknown;
    set(provider: string, model: string): void;
  };
};

export type Provider = {
  readonly id: string;
  name: string;
  /** The host's module that speaks to the provider; missing where models.dev was never fetched. */
  package?: string;
  settings?: Values;
  /** `enabled` shows it without an account. */
  activation?: "auto" | "enabled" | "disabled";
  /** Whose accounts it takes; those of its own id where this is missing. */
  integrationID?: string | undefined;
};

export type ProviderEditor = {
  get(
    id: string,
  ): { readonly provider: Provider; readonly models: ReadonlyMap<string, Model> } | undefined;
  /** Makes it where there is none. */
  update(id: string, change: (provider: Provider) => void): void;
  readonly models: {
    /** Makes it where there is none. */
    update(provider: string, id: string, change: (model: Model) => void): void;
    remove(provider: string, id: string): void;
  };
};

export type CatalogEditor = {
  readonly provider: Pick<ProviderEditor, "get" | "update">;
  readonly model: ProviderEditor["models"];
};

/** The editor is good for the time of the call, which must not wait for anything. */
export type Transform<Editor> = (change: (editor: Editor) => void) => Awaitable<unknown>;

export type ModelRef = {
  readonly id: string;
  readonly providerID: string;
  /** `default` where the user picked none. */
  readonly variant?: string;
};

/** Before each request; `baseURL` and `headers` may be changed. */
export type ModelRequestEvent = {
  readonly kind: "primary" | "title" | "compaction" | "generate";
  readonly sessionID: string;
  readonly agent?: string;
  readonly model: ModelRef;
  baseURL?: string;
  headers: Record<string, string>;
};

/** Before a request is sent again. */
export type RetryEvent = {
  readonly sessionID: string;
  readonly model: ModelRef;
  /** Milliseconds. */
  readonly decision: { readonly retry: boolean; readonly delay?: number };
};

export type SessionHooks = {
  "model.request": ModelRequestEvent;
  retry: RetryEvent;
};

/** A hook whose name the host does not know is never called. */
export type SessionHook = <Name extends keyof SessionHooks>(
  name: Name,
  handle: (event: SessionHooks[Name]) => Awaitable<void>,
) => Awaitable<unknown>;

export type HostContext = {
  readonly options?: unknown;
  readonly location?: {
    readonly directory?: string;
    readonly project?: { readonly directory?: string };
  };
  readonly session?: { readonly hook?: SessionHook };
  readonly integration: {
    readonly transform: Transform<IntegrationEditor>;
    readonly reload: () => Awaitable<unknown>;
    readonly connection: {
      readonly active: (integrationID: string) => Awaitable<Connection | undefined>;
      /** Of the host's store, so it is checked before it is used. */
      readonly resolve: (connection: Connection) => Awaitable<unknown>;
    };
  };
  readonly provider?: {
    readonly transform: Transform<ProviderEditor>;
    readonly reload: () => Awaitable<unknown>;
  };
  /** In previews, where `provider` is not there. */
  readonly catalog?: {
    readonly transform: Transform<CatalogEditor>;
    readonly reload: () => Awaitable<unknown>;
  };
  readonly agent?: {
    readonly list: () => Awaitable<unknown>;
  };
  readonly model?: {
    readonly list: () => Awaitable<unknown>;
    readonly transform?: (change: (editor: ModelEditor) => void) => Awaitable<unknown>;
  };
  readonly event?: {
    readonly subscribe: (options: object) => AsyncIterable<unknown>;
  };
};
