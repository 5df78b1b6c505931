/** What stands on the machine: settings, key, permissions, proxies. */
import { type HostState, listed } from "./state.ts";

const invalid = { en: /a value is not valid/, zh: /有一个值无效/ };
const mendSettings = {
  en: /Mend it in \S+openai-codex-auth-config\.json/,
  zh: /请在 \S+openai-codex-auth-config\.json 中修正/,
};
const logIn = { en: /opencode auth login/, zh: /请运行 opencode auth login/ };
const noKey = { en: /no key for openai/, zh: /没有 openai 的密钥/ };
const mayRead = {
  en: /other users of this machine can read/,
  zh: /本机的其他用户可以读取你的文件/,
};

export const machineStates: readonly HostState[] = [
  {
    name: "nothing is configured but a key",
    settings: null,
    check: "settings",
    status: "fail",
    says: { en: /no base URL of a gateway/, zh: /没有配置网关的基础 URL/ },
    cure: logIn,
  },
  {
    name: "settings that are no JSON",
    settings: (url) => `{ baseURL: "${url}" }`,
    major: 1,
    check: "settings",
    status: "fail",
    says: invalid,
    cure: mendSettings,
  },
  {
    name: "baseURL misspelt",
    settings: (baseUrl) => ({ baseUrl }),
    major: 2,
    check: "settings",
    status: "fail",
    says: invalid,
    cure: mendSettings,
  },
  {
    name: "a base URL without its scheme",
    settings: (url) => ({ baseURL: url.replace("http://", "") }),
    major: 1,
    check: "settings",
    status: "fail",
    says: invalid,
    cure: mendSettings,
  },
  {
    name: "a project that names a gateway of its own",
    config: {
      ...listed,
      provider: { openai: { options: { baseURL: "https://other.example/v1" } } },
    },
    settings: null,
    record: { type: "api", key: "sk-of-nobody-0123456789" },
    major: 1,
    check: "settings",
    status: "fail",
    says: { en: /https:\/\/other\.example is named by/, zh: /https:\/\/other\.example 只由项目/ },
    cure: { en: /"trustedOrigins"/, zh: /"trustedOrigins"/ },
  },
  {
    name: "no key",
    key: null,
    check: "credential",
    status: "fail",
    says: noKey,
    cure: logIn,
  },
  {
    name: "a key with a line break in it",
    key: "sk-test-\n0123456789",
    check: "credential",
    status: "fail",
    says: { en: /spaces or characters no key has/, zh: /含有空格或密钥中不会出现的字符/ },
    cure: { en: /not pasted right/, zh: /可能没有粘贴完整/ },
  },
  {
    name: "a login of ChatGPT",
    record: { type: "oauth", access: "a", refresh: "r", expires: 4_000_000_000_000 },
    major: 1,
    check: "credential",
    status: "fail",
    says: { en: /a ChatGPT login is stored/, zh: /存的是 ChatGPT 登录/ },
    cure: logIn,
  },
  {
    name: "settings that everybody may read",
    open: "settings",
    major: 2,
    check: "permissions",
    status: "warn",
    says: mayRead,
    cure: { en: /Run: chmod 600 \S+config\.json/, zh: /请运行：chmod 600 \S+config\.json/ },
  },
  {
    name: "a key that everybody may read, in auth.json",
    open: "key",
    major: 1,
    check: "permissions",
    status: "fail",
    says: mayRead,
    cure: { en: /Run: chmod 600 \S+auth\.json/, zh: /请运行：chmod 600 \S+auth\.json/ },
  },
  {
    name: "a key that everybody may read, in OpenCode 2's database",
    open: "key",
    major: 2,
    check: "credential",
    status: "warn",
    says: { en: /API key of \d+ characters/, zh: /\d+ 个字符的 API 密钥/ },
    cure: { en: /chmod 600 \S+opencode\.db/, zh: /chmod 600 \S+opencode\.db/ },
  },
  {
    name: "instructions in a file that is gone",
    settings: (baseURL) => ({ baseURL, instructions: "/nowhere/my-codex.md" }),
    major: 2,
    check: "instructions",
    status: "fail",
    says: {
      en: /\/nowhere\/my-codex\.md cannot be used: it does not exist/,
      zh: /文件 \/nowhere\/my-codex\.md 无法使用：文件不存在/,
    },
    cure: { en: /set "instructions"/, zh: /"instructions" 改为 "codex"/ },
  },
  {
    name: "a SOCKS proxy",
    env: { HTTP_PROXY: "socks5://127.0.0.1:7891" },
    major: 1,
    check: "proxy",
    status: "fail",
    says: {
      en: /HTTP_PROXY names socks5:\/\/127\.0\.0\.1:7891/,
      zh: /HTTP_PROXY 指向 socks5:\/\/127\.0\.0\.1:7891/,
    },
    cure: { en: /take the gateway out with NO_PROXY/, zh: /用 NO_PROXY 排除该网关/ },
  },
  {
    name: "a dead proxy, and the doctor started with Node",
    env: { HTTP_PROXY: "http://127.0.0.1:9" },
    check: "connection",
    status: "fail",
    says: {
      en: /the proxy at 127\.0\.0\.1:9 \(HTTP_PROXY\) cannot be reached/,
      zh: /无法连接位于 127\.0\.0\.1:9 的代理（HTTP_PROXY）/,
    },
    cure: { en: /unset HTTP_PROXY/, zh: /取消设置 HTTP_PROXY/ },
  },
];
