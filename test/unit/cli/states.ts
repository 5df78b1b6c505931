/** Broken machines and gateways: how each is made, and what the doctor has to say about it. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CheckId } from "../../../src/cli/types.ts";
import { consolePage } from "../../gateway/answers.ts";
import { encodeEvents } from "../../gateway/encode.ts";
import type { Context } from "../../gateway/types.ts";
import { certificate, signed } from "./certificate.ts";
import { type Clinic, type ClinicOptions, healthyBrain, KEY, silence } from "./clinic.ts";

export type State = {
  readonly name: string;
  readonly options?: ClinicOptions;
  /** Done to the machine after it was set up; returns how to undo what outlives it. */
  readonly harm?: (clinic: Clinic) => undefined | (() => void);
  readonly timeouts?: {
    readonly network: number;
    readonly answer: number;
    readonly host?: number;
  };
  /** The check that has something to say, what it finds, and what it advises. */
  readonly check: CheckId;
  readonly status: "warn" | "fail";
  readonly says: RegExp;
  readonly advice: RegExp;
};

const answerWith = (make: (context: Context) => Response): ClinicOptions => ({
  gateway: {
    respond: (_turn, context) =>
      context.exchange.kind === "responses" ? make(context) : undefined,
  },
});
const refusal = (status: number, message: string, code: string | null = null): ClinicOptions =>
  answerWith(() => Response.json({ error: { message, type: "x", code } }, { status }));
/** A page of a proxy before the gateway, at every path. */
const pageWith = (status: number, title: string): ClinicOptions => ({
  gateway: {
    respondFirst: true,
    respond: () =>
      new Response(`<html><head><title>${title}</title></head><body></body></html>`, {
        status,
        headers: { "content-type": "text/html" },
      }),
  },
});
/** Spares the states that are about something else the wait for downloads. */
const builtin = { instructions: "builtin" };
const settings = (value: object): ClinicOptions => ({
  settings: { ...builtin, ...value },
});

export const states: readonly State[] = [
  {
    name: "no settings",
    options: { settings: null },
    check: "settings",
    status: "fail",
    says: /no base URL.*Looked in:.*OPENCODE_CODEX_BASE_URL/s,
    advice: /opencode auth login/,
  },
  {
    name: "settings that are no JSON",
    options: { settings: '{ "baseURL": ' },
    check: "settings",
    status: "fail",
    says: /openai-codex-auth-config\.json is not readable/,
    advice: /Mend it in .*openai-codex-auth-config\.json/,
  },
  {
    name: "a bad URL",
    options: settings({ baseURL: "gateway.example" }),
    check: "settings",
    status: "fail",
    says: /"baseURL" is "gateway\.example"; allowed is an absolute http\(s\) URL/,
    advice: /Mend it in/,
  },
  {
    name: "a base URL that ends in /chat/completions",
    options: { gateway: { responsesPath: "/v1/responses", unknownPath: "html" } },
    harm: (clinic) => {
      const baseURL = `${clinic.gateway.url}/v1/chat/completions`;
      writeSettings(clinic, { baseURL, ...builtin });
      return undefined;
    },
    check: "settings",
    status: "warn",
    says: /\/v1\/chat\/completions ends in an endpoint of another API; taken for http:\/\/127\.0\.0\.1:\d+\/v1\n/,
    advice: /make http:\/\/127\.0\.0\.1:\d+\/v1 the base URL/,
  },
  {
    name: "baseURL misspelt in the settings file",
    options: settings({ baseUrl: "https://gateway.example" }),
    check: "settings",
    status: "fail",
    says: /openai-codex-auth-config\.json: "baseUrl" is no setting; did you mean "baseURL"\?/,
    advice: /Mend it in .*openai-codex-auth-config\.json/,
  },
  {
    name: "baseURL misspelt in the plugin's options",
    options: {
      settings: null,
      config: { plugin: [["opencode-openai-codex-key", { base_url: "https://gateway.example" }]] },
    },
    check: "settings",
    status: "fail",
    says: /"base_url" is no setting; did you mean "baseURL"\?/,
    advice: /Mend it in the plugin's options/,
  },
  {
    name: "a refused port",
    options: settings({ baseURL: `http://127.0.0.1:${closedPort()}` }),
    check: "connection",
    status: "fail",
    says: /refused the connection.*ECONNREFUSED/,
    advice: /Check that the gateway is running/,
  },
  {
    name: "an unknown host",
    options: settings({ baseURL: "https://gateway.invalid" }),
    timeouts: { network: 10_000, answer: 1_000 },
    check: "dns",
    status: "fail",
    says: /gateway\.invalid cannot be resolved/,
    advice: /Check the host name/,
  },
  {
    name: "a wrong key (401)",
    options: { credential: { type: "api", key: `${KEY}-old` } },
    check: "key",
    status: "fail",
    says: /refused the key from .*auth\.json.*Incorrect API key/s,
    advice: /opencode auth login/,
  },
  {
    name: "a gateway that quotes the key it refuses",
    options: answerWith(({ exchange }) => {
      const message = `Bad header: ${exchange.headers.authorization}`;
      return Response.json({ error: { message } }, { status: 401 });
    }),
    check: "key",
    status: "fail",
    says: /Bad header: Bearer \[redacted\]/,
    advice: /opencode auth login/,
  },
  {
    name: "a client that is not let in (403)",
    options: refusal(403, "This group is for another client"),
    check: "key",
    status: "fail",
    says: /403.*for another client/s,
    advice: /"headers" in the settings/,
  },
  {
    name: "a web page at every path",
    options: { gateway: { respondFirst: true, respond: () => consolePage(200) } },
    check: "endpoint",
    status: "fail",
    says: /no responses endpoint.*backend-api\/codex\/responses \(200, an HTML page.*v1\/responses/s,
    advice: /"responsesPath"/,
  },
  {
    name: "a wrong path, found by discovery",
    options: { gateway: { responsesPath: "/v1/responses", unknownPath: "html" } },
    check: "endpoint",
    status: "warn",
    says: /\/v1\/responses, found after 2 tries/,
    advice: /make http:\/\/127\.0\.0\.1:\d+\/v1 the base URL/,
  },
  {
    name: "a redirect",
    options: answerWith(
      () =>
        new Response(null, { status: 307, headers: { location: "https://elsewhere.example/" } }),
    ),
    check: "endpoint",
    status: "fail",
    says: /307.*elsewhere\.example/,
    advice: /make it the base URL/,
  },
  {
    name: "no model list",
    options: { gateway: { models: "404" } },
    check: "models",
    status: "warn",
    says: /no model list.*status 404/s,
    advice: /Nothing has to be done/,
  },
  {
    name: "a stream that is cut",
    options: answerWith((context) => {
      const events = context.events({ kind: "text", text: "read" }).slice(0, -1);
      return new Response(encodeEvents(events));
    }),
    check: "answer",
    status: "fail",
    says: /broke off after 4 characters.*closed the stream/,
    advice: /cuts streams/,
  },
  {
    name: "a stream that fails at once",
    options: {
      gateway: { brain: () => ({ kind: "fail", code: "server_error", message: "no capacity" }) },
    },
    check: "answer",
    status: "fail",
    says: /no capacity/,
    advice: /Try again later/,
  },
  {
    name: "a model that is not served",
    options: { gateway: { serves: ["gpt-9"] } },
    check: "answer",
    status: "fail",
    says: /gpt-5\.2.*not served here/,
    advice: /--model NAME/,
  },
  {
    name: "an empty account",
    options: refusal(429, "You have no money left", "insufficient_quota"),
    check: "answer",
    status: "fail",
    says: /no money left/,
    advice: /Top up/,
  },
  {
    name: "an empty balance, in Chinese (403)",
    options: refusal(403, "用户额度不足, 剩余额度: ¥0.000000", "insufficient_user_quota"),
    check: "answer",
    status: "fail",
    says: /was refused: 用户额度不足, 剩余额度: ¥0\.000000$/,
    advice: /^Top up at your gateway/,
  },
  {
    name: "a used up key (401)",
    options: refusal(401, "该令牌额度已用尽"),
    check: "answer",
    status: "fail",
    says: /was refused: 该令牌额度已用尽$/,
    advice: /^Top up at your gateway, or raise the quota of the key/,
  },
  {
    name: "a dead backend (503, HTML)",
    options: pageWith(503, "503 Service Unavailable"),
    check: "answer",
    status: "fail",
    says: /was refused: an HTML page titled "503 Service Unavailable".*\(503\)/,
    advice: /has trouble/,
  },
  {
    name: "a rate limit of a proxy (429, HTML)",
    options: pageWith(429, "429 Too Many Requests"),
    check: "answer",
    status: "fail",
    says: /was refused: an HTML page titled "429 Too Many Requests"/,
    advice: /Wait for the limit/,
  },
  {
    name: "a body that a proxy refuses (413, HTML)",
    options: pageWith(413, "413 Request Entity Too Large"),
    check: "answer",
    status: "fail",
    says: /was refused: an HTML page titled "413 Request Entity Too Large" \(413\)/,
    advice: /client_max_body_size/,
  },
  {
    name: "a model that calls no tool",
    options: { gateway: { brain: () => ({ kind: "text", text: "I would call it" }) } },
    check: "tools",
    status: "fail",
    says: /called no tool/,
    advice: /gateway drops tools/,
  },
  {
    name: "no prompt cache",
    options: {
      gateway: { usage: { input_tokens: 9_000, input_tokens_details: { cached_tokens: 0 } } },
    },
    check: "cache",
    status: "warn",
    says: /0 of 9000 input tokens/,
    advice: /paid for/,
  },
  {
    name: "http:// to a TLS port",
    harm: (clinic) => {
      const server = tlsServer();
      writeSettings(clinic, { baseURL: `http://127.0.0.1:${server.port}`, ...builtin });
      return () => void server.stop(true);
    },
    check: "endpoint",
    status: "fail",
    says: /the port speaks TLS/,
    advice: /Begin it with https:\/\/ instead: https:\/\/127\.0\.0\.1:\d+/,
  },
  {
    name: "http:// to the HTTPS port of nginx",
    options: pageWith(400, "400 The plain HTTP request was sent to HTTPS port"),
    check: "endpoint",
    status: "fail",
    says: /^the port speaks TLS, and the base URL begins with http:\/\/$/,
    advice: /Begin it with https:\/\/ instead: https:\/\/127\.0\.0\.1:\d+$/,
  },
  {
    name: "https:// to a port without TLS",
    harm: (clinic) => {
      writeSettings(clinic, { baseURL: clinic.gateway.url.replace("http:", "https:"), ...builtin });
      return undefined;
    },
    check: "connection",
    status: "fail",
    says: /speaks no TLS/,
    advice: /Begin the base URL with http:\/\/ instead: http:\/\/127\.0\.0\.1:\d+/,
  },
  {
    name: "a certificate nobody vouches for",
    harm: (clinic) => {
      const server = tlsServer();
      writeSettings(clinic, { baseURL: `https://127.0.0.1:${server.port}`, ...builtin });
      return () => void server.stop(true);
    },
    check: "connection",
    status: "fail",
    says: /certificate that it signed itself.*DEPTH_ZERO_SELF_SIGNED_CERT/,
    advice: /NODE_EXTRA_CA_CERTS/,
  },
  {
    name: "an expired certificate",
    harm: (clinic) => {
      const server = tlsServer({ key: signed.key, cert: signed.expired });
      writeSettings(clinic, { baseURL: `https://127.0.0.1:${server.port}`, ...builtin });
      return () => void server.stop(true);
    },
    check: "connection",
    status: "fail",
    // Bun 1.3 looks at the authority first, which this process does not know.
    says: /certificate (?:that has expired \(CERT_HAS_EXPIRED\)|from an authority that this machine does not know \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\))/,
    advice: /whoever runs the gateway must renew it|NODE_EXTRA_CA_CERTS/,
  },
  {
    name: "lax permissions of the settings",
    harm: ({ settingsFile }) => {
      chmodSync(settingsFile, 0o644);
      return undefined;
    },
    check: "permissions",
    status: "warn",
    says: /other users.*mode 644/s,
    advice: /^Run: chmod 600 \S+openai-codex-auth-config\.json$/,
  },
  {
    name: "lax permissions of the credential",
    harm: ({ credentialFile }) => {
      chmodSync(credentialFile, 0o640);
      return undefined;
    },
    check: "permissions",
    status: "fail",
    says: /other users.*mode 640/s,
    advice: /^Run: chmod 600 \S+auth\.json$/,
  },
  {
    name: "a clock that is an hour behind",
    options: {
      gateway: {
        async respond(turn, context) {
          if (context.exchange.kind !== "responses") return undefined;
          const response = context.answer(await healthyBrain(turn, context));
          response.headers.set("date", new Date(Date.now() + 3_600_000).toUTCString());
          return response;
        },
      },
    },
    check: "clock",
    status: "warn",
    says: /60 minutes behind the gateway's/,
    advice: /Set the clock/,
  },
  {
    name: "a gateway that never answers",
    options: {
      gateway: {
        respond: (_turn, { exchange, signal }) =>
          exchange.kind === "responses" ? silence(signal) : undefined,
      },
    },
    timeouts: { network: 2_000, answer: 400 },
    check: "endpoint",
    status: "fail",
    says: /did not answer within 0\.4 s/,
    advice: /upstream/,
  },
  {
    name: "an answer that never ends",
    options: { gateway: { chunking: { delay: 150 } } },
    timeouts: { network: 2_000, answer: 400 },
    check: "answer",
    status: "fail",
    says: /did not finish a short answer within 0\.4 s/,
    advice: /another model/,
  },
  {
    name: "no credential",
    options: { credential: null },
    check: "credential",
    status: "fail",
    says: /no key for openai/,
    advice: /opencode auth login.*OPENCODE_CODEX_API_KEY/,
  },
  {
    name: "a ChatGPT login",
    options: { credential: { type: "oauth", refresh: KEY, access: KEY, expires: 0 } },
    check: "credential",
    status: "fail",
    says: /ChatGPT login.*steps aside/,
    advice: /opencode auth login/,
  },
  {
    name: "a key with a line break in it",
    options: { credential: { type: "api", key: `${KEY}\nexport` } },
    check: "credential",
    status: "fail",
    says: /spaces or characters/,
    advice: /not pasted right/,
  },
  {
    name: "an OpenCode 2 whose database others may read",
    options: { credential: null, accounts: "[]", env: { OPENCODE_CODEX_API_KEY: KEY } },
    check: "credential",
    status: "warn",
    says: /others on this machine may read .*opencode\.db \(mode 644\)/s,
    advice: /chmod 600 .*opencode\.db/,
  },
  {
    name: "an OpenCode 2 without an account",
    options: { credential: null, accounts: "[]" },
    check: "credential",
    status: "fail",
    says: /no key for openai.*accounts of OpenCode 2 in .*opencode\.db: none/s,
    advice: /opencode auth login/,
  },
  {
    name: "an OpenCode 2 that does not say its accounts",
    options: { credential: null, accounts: "Something broke." },
    check: "credential",
    status: "fail",
    says: /OpenCode did not say which accounts it has/,
    advice: /opencode auth login/,
  },
  {
    name: "a file in the configuration of OpenCode 2, which takes folders alone",
    options: {
      accounts: "[]",
      config: { plugin: ["./dist/index.js"] },
      host: { runs: 0 },
    },
    harm: ({ project }) => {
      mkdirSync(join(project, "dist"));
      writeFileSync(join(project, "dist", "index.js"), '"opencode-openai-codex-key"');
      return undefined;
    },
    check: "plugin",
    status: "fail",
    says: /OpenCode 2 loads folders only, and \.\/dist\/index\.js is a file/,
    advice: /^Write "plugin"/,
  },
  {
    name: "a plugin that is not listed",
    options: { config: { plugin: ["another"] }, host: { runs: 0 } },
    check: "plugin",
    status: "fail",
    says: /lists this plugin.*opencode\.json.*sends the key that is stored for openai to api\.openai\.com/s,
    advice: /^Add "plugin": \["opencode-openai-codex-key"\] to \S+opencode\.json\.$/,
  },
  {
    name: "a plugin that is listed and not installed",
    options: { host: { runs: 0 } },
    check: "plugin",
    status: "fail",
    says: /lists opencode-openai-codex-key, but OpenCode could not install it.*api\.openai\.com/s,
    advice: /reaches the npm registry/,
  },
  {
    name: "a plugin path where nothing is",
    options: {
      config: { plugin: ["./opencode-openai-codex-key/dist/index.js"] },
      host: { runs: 0 },
    },
    check: "plugin",
    status: "fail",
    says: /opencode\.json names \.\/opencode-openai-codex-key\/dist\/index\.js, and there is nothing/,
    advice: /^Write "plugin": \["opencode-openai-codex-key"\] there: \S+opencode\.json\.$/,
  },
  {
    name: "a plugin path to something else",
    options: { config: { plugin: ["./opencode-openai-codex-key.js"] }, host: { runs: 0 } },
    harm({ project }) {
      writeFileSync(join(project, "opencode-openai-codex-key.js"), "export default {};");
      return undefined;
    },
    check: "plugin",
    status: "fail",
    says: /names \.\/opencode-openai-codex-key\.js, which is not this plugin/,
    advice: /^Write "plugin"/,
  },
  {
    name: "a copy that OpenCode does not load",
    options: { config: { plugin: ["./copy.js"] }, host: { runs: 0 } },
    harm({ project }) {
      const text = `"opencode-openai-codex-key"; "OPENCODE_CODEX_REPORT"; throw new Error();`;
      writeFileSync(join(project, "copy.js"), text);
      return undefined;
    },
    check: "plugin",
    status: "fail",
    says: /copy\.js in .*opencode\.json is listed, but OpenCode did not load it/,
    advice: /See what OpenCode says of it in \S+opencode\/log/,
  },
  {
    name: "an older copy, which cannot say that it runs",
    options: { config: { plugin: ["./copy.js"] }, host: { runs: 0 } },
    harm({ project }) {
      writeFileSync(join(project, "copy.js"), `"opencode-openai-codex-key";`);
      return undefined;
    },
    check: "plugin",
    status: "warn",
    says: /older copy, which does not say whether it runs/,
    advice: /Bring it to version 0\.1\.0/,
  },
  {
    name: "no plugin at all (OPENCODE_PURE)",
    options: { env: { OPENCODE_PURE: "1" }, host: { runs: 0 } },
    check: "plugin",
    status: "fail",
    says: /loads no plugin at all/,
    advice: /Unset OPENCODE_PURE/,
  },
  {
    name: "the plugin twice, with different options",
    options: {
      config: {
        plugin: [
          ["opencode-openai-codex-key", { smallModel: "gpt-5.2" }],
          ["opencode-openai-codex-key@0.1.0", { smallModel: "gpt-5.1" }],
        ],
      },
    },
    check: "plugin",
    status: "warn",
    says: /listed more than once in \S+opencode\.json, with different options/,
    advice: /run "doctor --fix"/,
  },
  {
    name: "an opencode.json that is no JSON",
    options: {
      config: '{ "plugin": ["opencode-openai-codex-key"',
      host: { runs: 0, config: "Config file at opencode.json is not valid JSON(C):" },
    },
    check: "config",
    status: "fail",
    says: /OpenCode cannot read \S+opencode\.json.*in line 1/s,
    advice: /until then OpenCode does not start/,
  },
  {
    name: "an opencode.json that OpenCode 2 passes over",
    options: {
      config: '{ "plugin": ["opencode-openai-codex-key"',
      version: "2.0.15",
      host: { runs: 0 },
    },
    check: "config",
    status: "fail",
    says: /OpenCode cannot read \S+opencode\.json/,
    advice: /OpenCode starts without all that stands there/,
  },
  {
    name: "a configuration that OpenCode refuses",
    options: { host: { runs: 0, config: "Configuration is invalid at /work/opencode.json" } },
    check: "config",
    status: "fail",
    says: /OpenCode refuses its configuration: Configuration is invalid at \/work\/opencode\.json$/,
    advice: /Mend what it names/,
  },
  {
    name: "a provider that is switched off",
    options: {
      config: { plugin: ["opencode-openai-codex-key"], disabled_providers: ["openai"] },
      host: { models: null },
    },
    check: "provider",
    status: "fail",
    says: /"disabled_providers" in \S+opencode\.json hides openai/,
    advice: /Take "openai" out of "disabled_providers"/,
  },
  {
    name: "a provider that is not among those switched on",
    options: {
      config: { plugin: ["opencode-openai-codex-key"], enabled_providers: ["anthropic"] },
      host: { models: null },
    },
    check: "provider",
    status: "fail",
    says: /"enabled_providers" in \S+opencode\.json leaves openai out/,
    advice: /Add "openai" to "enabled_providers"/,
  },
  {
    name: "a provider that OpenCode does not show, nobody knows why",
    options: { host: { models: null } },
    check: "provider",
    status: "fail",
    says: /shows no model of openai.*Provider not found: openai/s,
    advice: /opencode\/log/,
  },
  {
    name: "a key that OpenCode does not see",
    options: { host: { ours: false } },
    check: "provider",
    status: "fail",
    says: /found no key there/,
    advice: /same variables/,
  },
  {
    name: "an OpenCode that takes too long",
    options: { host: { delay: 3 } },
    timeouts: { network: 2_000, answer: 5_000, host: 300 },
    check: "provider",
    status: "warn",
    says: /did not list its models within 0\.3 s/,
    advice: /start OpenCode once/,
  },
  {
    name: "a model without its provider",
    options: { config: { plugin: ["opencode-openai-codex-key"], model: "gpt-5.1-codex" } },
    check: "model",
    status: "fail",
    says: /"model" in \S+opencode\.json is "gpt-5\.1-codex" and lacks its provider/,
    advice: /Write "openai\/gpt-5\.1-codex"/,
  },
  {
    name: "a configured model that is not served",
    options: { config: { plugin: ["opencode-openai-codex-key"], model: "openai/gpt-5.1-codecs" } },
    check: "model",
    status: "fail",
    says: /is "openai\/gpt-5\.1-codecs", which the gateway does not serve/,
    advice: /openai\/gpt-5\.1-codex/,
  },
  {
    name: "an agent's model that is not served, in a file the doctor does not read",
    options: { host: { config: { agent: { plan: { model: "openai/gpt-9" } } } } },
    check: "model",
    status: "fail",
    says: /"agent\.plan\.model" in opencode\.json is "openai\/gpt-9"/,
    advice: /openai\/gpt-5\.2/,
  },
  {
    name: "an answer that arrives all at once",
    options: {
      gateway: {
        async respond({ tools }, { exchange, events }) {
          if (exchange.kind !== "responses" || tools.length > 0) return undefined;
          const text = Array.from({ length: 40 }, (_, index) => index).join(" ");
          await Bun.sleep(800);
          return new Response(encodeEvents(events({ kind: "text", text })), {
            headers: { "content-type": "text/event-stream", server: "nginx/1.22.1" },
          });
        },
      },
    },
    check: "streaming",
    status: "warn",
    says: /arrived all at once, after (?:8|9)\d\d ms|arrived all at once, after 1\.\d s/,
    advice: /turn that off: nginx: proxy_buffering off;\.$/,
  },
  {
    name: "a dead proxy",
    options: { env: { HTTP_PROXY: `http://127.0.0.1:${closedPort()}` } },
    check: "connection",
    status: "fail",
    says: /the proxy at 127\.0\.0\.1:\d+ \(HTTP_PROXY\) cannot be reached \(ECONNREFUSED\)/,
    advice: /Start the proxy, or unset HTTP_PROXY/,
  },
  {
    name: "a proxy that did not wait (504)",
    options: pageWith(504, "504 Gateway Time-out"),
    check: "answer",
    status: "fail",
    says: /was refused: .*504 Gateway Time-out.*\(504\)/,
    advice: /nginx: proxy_read_timeout 600s;.*Caddy: .*HAProxy: timeout server 600s/,
  },
  {
    name: "an old OpenCode",
    options: { version: "1.14.33" },
    check: "opencode",
    status: "fail",
    says: /1\.14\.33 is too old/,
    advice: /opencode upgrade/,
  },
  {
    name: "no OpenCode",
    options: { version: null },
    check: "opencode",
    status: "warn",
    says: /no program named "opencode"/,
    advice: />=1\.14\.34/,
  },
  {
    name: "instructions in a file that is gone",
    harm: (clinic) => {
      writeSettings(clinic, { baseURL: clinic.gateway.url, instructions: "~/gone.md" });
      return undefined;
    },
    check: "instructions",
    status: "fail",
    says: /gone\.md cannot be used: it does not exist/,
    advice: /Mend the file/,
  },
  {
    name: "official instructions that cannot be downloaded",
    harm: (clinic) => {
      writeSettings(clinic, { baseURL: clinic.gateway.url });
      return undefined;
    },
    check: "instructions",
    status: "warn",
    says: /could not be downloaded/,
    advice: /raw\.githubusercontent\.com/,
  },
  {
    name: "a SOCKS proxy",
    options: { env: { http_proxy: `socks5://me:${KEY}@127.0.0.1:7891` } },
    check: "proxy",
    status: "fail",
    says: /http_proxy names socks5:\/\/\[redacted\]@127\.0\.0\.1:7891/,
    advice: /HTTP address/,
  },
  {
    name: "certificates that are not checked",
    options: { env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } },
    check: "environment",
    status: "warn",
    says: /not checked/,
    advice: /Unset/,
  },
  {
    name: "hardly any money left",
    options: usagePage({ mode: "unrestricted", isValid: true, remaining: -0.5, balance: -0.5 }),
    check: "balance",
    status: "warn",
    says: /-\$0\.50 left/,
    advice: /Top up/,
  },
  {
    name: "a key that the gateway has switched off",
    options: usagePage({ mode: "quota_limited", isValid: false, status: "disabled" }),
    check: "balance",
    status: "warn",
    says: /does not work \(disabled\)/,
    advice: /page of keys/,
  },
  {
    name: "another gateway that nobody can reach, and one without a key",
    harm: (clinic) => {
      const gateways = [
        { name: "gone", baseURL: `http://127.0.0.1:${closedPort()}`, keyEnv: "GONE_KEY" },
        { name: "keyless", baseURL: "https://keyless.example" },
      ];
      writeSettings(clinic, { ...builtin, baseURL: clinic.gateway.url, gateways });
      return undefined;
    },
    options: { env: { GONE_KEY: "sk-gone-0123456789" } },
    check: "gateways",
    status: "warn",
    says: /2 cannot be asked.*gone: The gateway at http.*keyless: no key/s,
    advice: /--gateway gone/,
  },
];

/** What a key's own page says, at a relay of the sub2api family. */
function usagePage(body: object): ClinicOptions {
  return {
    gateway: {
      respond: (_turn, { exchange }) =>
        exchange.path === "/v1/usage" ? Response.json(body) : undefined,
    },
  };
}

function writeSettings({ settingsFile }: Clinic, value: object): void {
  writeFileSync(settingsFile, JSON.stringify(value));
}

function tlsServer(tls: { key: string; cert: string } = certificate) {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    tls,
    development: false,
    fetch: () => new Response("secret"),
  });
}

/** A port that was free a moment ago. */
function closedPort(): number {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = server;
  void server.stop(true);
  return port ?? 1;
}
