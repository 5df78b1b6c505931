/** What OpenCode 1 hands over, in the words of the rest. Pure, but for reading a request's body. */
import type { AuthHook } from "@opencode-ai/plugin";
import type { GatewayRequest } from "../../gateway.ts";
import { asString, isObject } from "../../json.ts";
import { efforts } from "../../models/catalog.ts";
import type { Login } from "../../settings/input.ts";
import type { LoadedSettings } from "../../settings/load.ts";
import { takeHints } from "../hints.ts";

export type Auth = Awaited<ReturnType<Parameters<NonNullable<AuthHook["loader"]>>[0]>>;

export async function toGatewayRequest(
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<GatewayRequest> {
  const request = input instanceof Request ? input : undefined;
  const body = init.body ?? request?.body;
  return {
    url: request?.url ?? String(input),
    ...takeHints(Object.fromEntries(new Headers(init.headers ?? request?.headers))),
    // The AI SDK's body is a string, which is not worth a copy.
    body: typeof body === "string" ? body : await new Response(body).text(),
    signal: init.signal ?? request?.signal,
  };
}

/** Names of the agents whose prompt the user wrote. */
export function agentsWithPrompt(agents: unknown): ReadonlySet<string> {
  const entries = Object.entries(isObject(agents) ? agents : {});
  return new Set(
    entries.filter(([, agent]) => isObject(agent) && agent.prompt).map(([name]) => name),
  );
}

export function toLogin(auth: Auth | undefined): Login | undefined {
  if (auth?.type === "oauth") return { type: "oauth" };
  if (auth?.type !== "api") return undefined;
  return { type: "api", key: auth.key.trim(), baseURL: asString(auth.metadata?.baseURL) };
}

/** One that is refused too: keeping it at the login is how the user allows it. */
export function configuredBaseURL(resolved: LoadedSettings | undefined) {
  const { settings, sources, refusal } = resolved ?? {};
  const baseURL = settings?.baseURL ?? refusal?.baseURL;
  if (baseURL === undefined || sources?.baseURL === undefined) return undefined;
  return { baseURL, source: sources.baseURL };
}

/**
 * The effort of the variant the user picked for this message. Hosts differ in where it stands, and
 * leave out one the model has no variant for (1.18.33): then its name says it.
 */
export function variantEffort(model: unknown, message: unknown): string | undefined {
  if (!isObject(model) || !isObject(message)) return undefined;
  const name =
    asString(isObject(message.model) ? message.model.variant : undefined) ??
    asString(message.variant);
  const variants = isObject(model.variants) ? model.variants : {};
  const variant = name !== undefined && Object.hasOwn(variants, name) ? variants[name] : undefined;
  if (isObject(variant)) return asString(variant.reasoningEffort);
  return efforts.find((effort) => effort === name);
}
