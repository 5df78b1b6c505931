/** The gateway, and what stands before it. */
import { encodeEvents } from "../../../gateway/encode.ts";
import type { GatewayOptions } from "../../../gateway/types.ts";
import type { HostState } from "./state.ts";

/** Every request for an answer gets this one. */
const answers = (status: number, error: object): Partial<GatewayOptions> => ({
  respond: (_turn, { exchange }) =>
    exchange.kind === "responses" ? Response.json({ error }, { status }) : undefined,
});

/** A page of a proxy or a console, whatever is asked for. */
const page = (status: number, title: string): Partial<GatewayOptions> => ({
  respondFirst: true,
  respond: () => {
    const headers = { "content-type": "text/html", server: "nginx" };
    return new Response(`<!doctype html><title>${title}</title>`, { status, headers });
  },
});

const builtin = { instructions: "builtin" };
const noEndpoint = { en: /no responses endpoint/, zh: /都没有 responses 接口/ };
const setPath = { en: /"responsesPath"/, zh: /"responsesPath"/ };
const topUp = { en: /Top up/, zh: /请在网关充值/ };
const laterAgain = { en: /Try again later/, zh: /请稍后再试/ };

export const gatewayStates: readonly HostState[] = [
  {
    name: "a port where nobody listens",
    settings: () => ({ ...builtin, baseURL: "http://127.0.0.1:9/v1" }),
    major: 2,
    check: "connection",
    status: "fail",
    says: { en: /refused the connection/, zh: /拒绝了连接/ },
    cure: { en: /Check that the gateway is running/, zh: /请检查网关是否在运行/ },
  },
  {
    name: "a host name that does not exist",
    settings: () => ({ ...builtin, baseURL: "https://gateway.invalid/v1" }),
    major: 1,
    check: "dns",
    status: "fail",
    says: { en: /gateway\.invalid cannot be resolved/, zh: /无法解析 gateway\.invalid/ },
    cure: { en: /Check the host name in the base URL/, zh: /请检查基础 URL 中的主机名/ },
  },
  {
    name: "a base URL with a typo in its path",
    settings: (url) => ({ ...builtin, baseURL: `${url}/backend-api/codx` }),
    check: "endpoint",
    status: "fail",
    says: noEndpoint,
    cure: setPath,
  },
  {
    name: "the web page of a console at every path",
    gateway: page(200, "Console"),
    check: "endpoint",
    status: "fail",
    says: noEndpoint,
    cure: setPath,
  },
  {
    name: "a gateway that moved",
    gateway: {
      respond: (_turn, { exchange }) =>
        exchange.kind === "responses"
          ? Response.redirect("https://elsewhere.example/v1/responses", 307)
          : undefined,
    },
    major: 1,
    check: "endpoint",
    status: "fail",
    says: { en: /307.*https:\/\/elsewhere\.example/, zh: /307.*https:\/\/elsewhere\.example/ },
    cure: { en: /make it the base URL/, zh: /请把它设为基础 URL/ },
  },
  {
    name: "a key that the gateway refuses",
    key: "sk-of-another-gateway-0123456789",
    check: "key",
    status: "fail",
    says: { en: /refused the key from/, zh: /网关拒绝了来自 .*的密钥/ },
    cure: { en: /Is it the key of this gateway/, zh: /这是该网关的密钥吗/ },
  },
  {
    name: "an old key in the environment, which outranks the login",
    env: { OPENCODE_CODEX_API_KEY: "sk-of-last-year-0123456789" },
    major: 1,
    check: "key",
    status: "fail",
    says: {
      en: /refused the key from environment variable OPENCODE_CODEX_API_KEY/,
      zh: /网关拒绝了来自 环境变量 OPENCODE_CODEX_API_KEY 的密钥/,
    },
    cure: { en: /Is it the key of this gateway/, zh: /这是该网关的密钥吗/ },
  },
  {
    name: "a gateway for certain clients",
    gateway: answers(403, { message: "This group is for another client" }),
    major: 2,
    check: "key",
    status: "fail",
    says: { en: /does not let this client in \(403\)/, zh: /不允许这个客户端使用（403）/ },
    cure: { en: /"headers" in the settings/, zh: /在设置中写上 "headers"/ },
  },
  {
    name: "a gateway without a model list",
    gateway: { models: "404" },
    major: 1,
    check: "models",
    status: "warn",
    says: { en: /the gateway has no model list/, zh: /网关没有模型列表/ },
    cure: { en: /Nothing has to be done/, zh: /不需要做什么/ },
  },
  {
    name: "an account without money",
    gateway: answers(429, { message: "You have no money left", code: "insufficient_quota" }),
    check: "answer",
    status: "fail",
    says: { en: /You have no money left/, zh: /被拒绝：You have no money left/ },
    cure: topUp,
  },
  {
    name: "hardly any money left",
    gateway: {
      respond: (_, { exchange }) =>
        exchange.path === "/v1/usage"
          ? Response.json({ mode: "unrestricted", isValid: true, remaining: -0.5, balance: -0.5 })
          : undefined,
    },
    check: "balance",
    status: "warn",
    says: { en: /-\$0\.50 left/, zh: /剩余 -\$0\.50/ },
    cure: topUp,
  },
  {
    name: "a key that has expired, said by a relay in Chinese",
    gateway: answers(401, { message: "该令牌额度已用尽" }),
    major: 2,
    check: "answer",
    status: "fail",
    says: { en: /was refused: 该令牌额度已用尽/, zh: /被拒绝：该令牌额度已用尽/ },
    cure: topUp,
  },
  {
    name: "a dead upstream behind nginx (502)",
    gateway: page(502, "502 Bad Gateway"),
    check: "answer",
    status: "fail",
    says: {
      en: /an HTML page titled "502 Bad Gateway"/,
      zh: /标题为「502 Bad Gateway」的 HTML 页面/,
    },
    cure: laterAgain,
  },
  {
    name: "nginx that holds answers back",
    gateway: {
      async respond({ tools }, { exchange, events }) {
        if (exchange.kind !== "responses" || tools.length > 0) return undefined;
        const text = Array.from({ length: 40 }, (_, index) => index).join(" ");
        await Bun.sleep(800);
        const headers = { "content-type": "text/event-stream", server: "nginx/1.22.1" };
        return new Response(encodeEvents(events({ kind: "text", text })), { headers });
      },
    },
    check: "streaming",
    status: "warn",
    says: { en: /arrived all at once/, zh: /一次性到达/ },
    cure: { en: /nginx: proxy_buffering off;/, zh: /nginx：proxy_buffering off;/ },
  },
  {
    name: "a model that calls no tool",
    gateway: { brain: () => ({ kind: "text", text: "I would call it" }) },
    major: 2,
    check: "tools",
    status: "fail",
    says: { en: /called no tool/, zh: /没有调用工具/ },
    cure: { en: /the gateway drops tools/, zh: /网关丢掉了工具/ },
  },
];
