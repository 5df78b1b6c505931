import { describe, expect, test } from "bun:test";
import {
  honoursProxies,
  type ProxyChoice,
  proxyFor,
  proxySecrets,
  showProxy,
} from "../../../src/cli/proxy.ts";

const http = "http://gateway.example:8080/v1";
const https = "https://gateway.example";
const proxy = "http://127.0.0.1:7890";

/** What Bun 1.3.14, the one inside OpenCode, was seen to do. */
describe("the proxy of a request", () => {
  const via = (variable: string, url = proxy) => ({ type: "proxy", proxy: { url, variable } });
  test.each<[string, Record<string, string>, string, string | object]>([
    ["no variable", {}, http, "direct"],
    ["for http", { HTTP_PROXY: proxy }, http, via("HTTP_PROXY")],
    ["for https", { HTTPS_PROXY: proxy }, https, via("HTTPS_PROXY")],
    ["the other scheme's", { HTTPS_PROXY: proxy }, http, "direct"],
    ["the other scheme's", { HTTP_PROXY: proxy }, https, "direct"],
    ["lower before upper", { http_proxy: proxy, HTTP_PROXY: "http://x" }, http, via("http_proxy")],
    ["empty counts as none", { http_proxy: "", HTTP_PROXY: proxy }, http, via("HTTP_PROXY")],
    ["ALL_PROXY is not used", { ALL_PROXY: proxy }, http, "direct"],
    ["without a scheme", { HTTP_PROXY: "127.0.0.1:7890" }, http, via("HTTP_PROXY")],
    ["excepted", { HTTP_PROXY: proxy, NO_PROXY: "gateway.example" }, http, "excepted"],
    ["excepted, lower", { HTTP_PROXY: proxy, no_proxy: "gateway.example" }, http, "excepted"],
    ["excepted in a list", { HTTP_PROXY: proxy, NO_PROXY: "a, gateway.example" }, http, "excepted"],
    ["excepted by its end", { HTTP_PROXY: proxy, NO_PROXY: ".example" }, http, "excepted"],
    [
      "excepted with its port",
      { HTTP_PROXY: proxy, NO_PROXY: "gateway.example:8080" },
      http,
      "excepted",
    ],
    [
      "another port",
      { HTTP_PROXY: proxy, NO_PROXY: "gateway.example:81" },
      http,
      via("HTTP_PROXY"),
    ],
    ["everything", { HTTP_PROXY: proxy, NO_PROXY: "*" }, http, "excepted"],
    ["another host", { HTTP_PROXY: proxy, NO_PROXY: "other.example," }, http, via("HTTP_PROXY")],
  ])("%s: %j", (_name, env, url, expected) => {
    const choice: ProxyChoice = proxyFor(url, env);
    expect(choice).toMatchObject(typeof expected === "string" ? { type: expected } : expected);
  });
});

test.each([
  ["http://user:pass@host.example:3128/", "http://[redacted]@host.example:3128"],
  ["http://token@host.example", "http://[redacted]@host.example"],
  ["http://host.example", "http://host.example"],
  ["http://", undefined],
])("shown without credentials: %s", (url, expected) => {
  expect(showProxy({ url, variable: "HTTP_PROXY" })).toBe(expected);
});

test("user names and passwords of proxies are secrets, in every variable", () => {
  const env = {
    HTTPS_PROXY: "http://me:p%40ss@host:1",
    all_proxy: "me:other@host:2",
    http_proxy: "http://a:1@b",
  };
  expect(proxySecrets(env)).toEqual(["me:p%40ss", "p%40ss", "me:other", "other"]);
});

test.each([
  ["bun", "1.3.14", {}, true],
  ["node", "20.20.2", {}, false],
  ["node", "20.20.2", { NODE_USE_ENV_PROXY: "1" }, false],
  ["node", "22.20.0", { NODE_USE_ENV_PROXY: "1" }, false],
  ["node", "22.21.0", { NODE_USE_ENV_PROXY: "1" }, true],
  ["node", "24.1.0", {}, false],
  ["node", "24.1.0", { NODE_USE_ENV_PROXY: "1" }, true],
  ["node", "24.5.0", { NODE_OPTIONS: "--use-env-proxy" }, true],
] as const)("%s %s with %j uses proxies: %p", (name, version, env, expected) => {
  expect(honoursProxies({ name, version }, env)).toBe(expected);
});
