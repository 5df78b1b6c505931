/** Broken set-ups of OpenCode itself, and what the doctor has to say with the real one beside it. */
import { join } from "node:path";
import type { CheckId } from "../../../src/cli/types.ts";
import type { GatewayOptions } from "../../gateway/types.ts";

export type HostState = {
  readonly name: string;
  /** `opencode.json` of the project; a string is written as it is. `<plugin>` is the built plugin. */
  readonly config: object | string;
  /** Key in `auth.json`; `null` for none. Default: the gateway's. */
  readonly key?: string | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly gateway?: Partial<GatewayOptions>;
  /** Which of the two it is about. Default both. */
  readonly major?: 1 | 2;
  /** The check that has something to say; nothing where all is well. */
  readonly check?: CheckId;
  readonly status?: "warn" | "fail";
  /** The cause that is named, and the one thing to do. */
  readonly says: RegExp;
  readonly cure: RegExp;
};

export const placeholder = "<plugin>";
const listed = { plugin: [placeholder] };

export const hostStates: readonly HostState[] = [
  {
    name: "a healthy machine",
    config: { ...listed, model: "openai/gpt-5.1-codex-high" },
    says: /^$/,
    cure: /^$/,
  },
  {
    name: "the plugin is not listed",
    config: { plugin: [] },
    check: "plugin",
    status: "fail",
    says: /lists this plugin/,
    cure: /Add "plugin": \["\S+dist"\]/,
  },
  {
    name: "the plugin is listed and not installed",
    config: { plugin: ["opencode-openai-codex-key"] },
    check: "plugin",
    status: "fail",
    says: /OpenCode could not install it/,
    cure: /npm registry/,
  },
  {
    name: "a plugin path where nothing is",
    config: { plugin: ["/nowhere/opencode-openai-codex-key/dist"] },
    check: "plugin",
    status: "fail",
    says: /names \/nowhere\/opencode-openai-codex-key\/dist, and there is nothing/,
    cure: /Write "plugin": \["\S+dist"\]/,
  },
  {
    name: "a file where OpenCode 2 wants a folder",
    config: { plugin: [join(placeholder, "index.js")] },
    major: 2,
    check: "plugin",
    status: "fail",
    says: /loads folders only/,
    cure: /Write "plugin": \["\S+dist"\]/,
  },
  {
    name: "OPENCODE_PURE",
    config: listed,
    env: { OPENCODE_PURE: "1" },
    major: 1,
    check: "plugin",
    status: "fail",
    says: /loads no plugin at all/,
    cure: /Unset OPENCODE_PURE/,
  },
  {
    name: "the plugin twice, with different options",
    config: {
      plugin: [
        [placeholder, { smallModel: "gpt-5.1-codex" }],
        [placeholder, { smallModel: "gpt-5.2" }],
      ],
    },
    check: "plugin",
    status: "warn",
    says: /more than once in \S+opencode\.json, with different options/,
    cure: /doctor --fix/,
  },
  {
    name: "an opencode.json that is no JSON",
    config: '{ "plugin": ["',
    check: "config",
    status: "fail",
    says: /OpenCode cannot read \S+opencode\.json/,
    cure: /Mend \S+opencode\.json/,
  },
  {
    name: "an opencode.json with a wrong value",
    config: { ...listed, disabled_providers: "openai" },
    major: 1,
    check: "config",
    status: "fail",
    says: /OpenCode refuses its configuration: .*opencode\.json/,
    cure: /Mend what it names/,
  },
  {
    name: "the provider is switched off",
    config: { ...listed, disabled_providers: ["openai"] },
    check: "provider",
    status: "fail",
    says: /"disabled_providers" in \S+opencode\.json hides openai/,
    cure: /Take "openai" out/,
  },
  {
    name: "the provider is not among those switched on",
    config: { ...listed, enabled_providers: ["anthropic"] },
    check: "provider",
    status: "fail",
    says: /"enabled_providers" in \S+opencode\.json leaves openai out/,
    cure: /Add "openai"/,
  },
  {
    name: "the model lacks its provider",
    config: { ...listed, model: "gpt-5.1-codex" },
    check: "model",
    status: "fail",
    says: /"gpt-5\.1-codex" and lacks its provider/,
    cure: /Write "openai\/gpt-5\.1-codex"/,
  },
  {
    name: "the model is not served",
    config: { ...listed, model: "openai/gpt-5.1-codex-hihg" },
    check: "model",
    status: "fail",
    says: /which the gateway does not serve/,
    cure: /openai\/gpt-5\.1-codex-high/,
  },
  {
    name: "no key",
    config: listed,
    key: null,
    check: "credential",
    status: "fail",
    says: /no key for openai/,
    cure: /opencode auth login/,
  },
  {
    name: "a key that the gateway refuses",
    config: listed,
    key: "sk-of-another-gateway-0123456789",
    check: "key",
    status: "fail",
    says: /refused the key from/,
    cure: /opencode auth login|OPENCODE_CODEX_API_KEY/,
  },
  {
    name: "an account without money",
    config: listed,
    gateway: {
      respond: () => {
        const error = { message: "You have no money left", code: "insufficient_quota" };
        return Response.json({ error }, { status: 429 });
      },
    },
    check: "answer",
    status: "fail",
    says: /You have no money left/,
    cure: /Top up/,
  },
  {
    name: "hardly any money left",
    config: listed,
    gateway: {
      respond: (_, { exchange }) =>
        exchange.path === "/v1/usage"
          ? Response.json({ mode: "unrestricted", isValid: true, remaining: -0.5, balance: -0.5 })
          : undefined,
    },
    check: "balance",
    status: "warn",
    says: /-\$0\.50 left/,
    cure: /Top up/,
  },
  {
    name: "the web page of a console at every path",
    config: listed,
    gateway: {
      respondFirst: true,
      respond: () => {
        const headers = { "content-type": "text/html" };
        return new Response("<!doctype html><title>Console</title>", { headers });
      },
    },
    check: "endpoint",
    status: "fail",
    says: /no responses endpoint/,
    cure: /"responsesPath"/,
  },
  {
    name: "a dead proxy, and the doctor started with Node",
    config: listed,
    env: { HTTP_PROXY: "http://127.0.0.1:9" },
    check: "connection",
    status: "fail",
    says: /the proxy at 127\.0\.0\.1:9 \(HTTP_PROXY\) cannot be reached/,
    cure: /unset HTTP_PROXY/,
  },
];
