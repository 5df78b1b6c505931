/** OpenCode's own models, as its hooks hand them over. */
import type { ProviderHook } from "@opencode-ai/plugin";

/** By the name the user picks. */
export type HostModels = Awaited<ReturnType<NonNullable<ProviderHook["models"]>>>;
export type HostModel = HostModels[string];
