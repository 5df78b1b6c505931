/** Simplified Chinese. */

import type { Duration, Words } from "./words.ts";
import { originNotTrusted, setting, whyUnreadable } from "./zh/settings.ts";

const login = "请运行 opencode auth login 并选择 OpenAI";

/** 「网关 … 」发生了什么，以及该检查什么。 */
const gateway = (said: string, advice: string) => ({
  happened: (url: string) => `网关 ${url} ${said}。`,
  advice: `${advice}。`,
});

const unreachable: Words["unreachable"] = {
  refused: gateway("拒绝了连接", "请检查网关是否在运行，以及基础 URL 的主机和端口是否正确"),
  refused_or_unknown: gateway(
    "拒绝了连接，或找不到该主机",
    "请检查网关是否在运行，以及基础 URL 的主机名、端口和 http:// 或 https://",
  ),
  unknown_host: gateway("找不到该主机", "请检查基础 URL 的主机名、你的网络和代理"),
  certificate_expired: gateway(
    "的 TLS 证书已过期",
    "请检查本机时间；如果时间正确，需要由网关的运营者更新证书",
  ),
  certificate_not_yet_valid: gateway(
    "的 TLS 证书尚未生效",
    "请检查本机时间；如果时间正确，需要由网关的运营者修正证书",
  ),
  certificate_of_another_host: gateway(
    "的 TLS 证书属于另一个主机名",
    "请检查基础 URL 的主机名：它必须是证书所签发的主机名之一",
  ),
  certificate_self_signed: gateway(
    "的 TLS 证书是自签名的，本机不信任它",
    "如果你信任它，请在 NODE_EXTRA_CA_CERTS 中写上证书文件（PEM）的路径",
  ),
  certificate_of_unknown_authority: gateway(
    "的 TLS 证书由本机不认识的机构签发",
    "如果这是你自己的 CA，请在 NODE_EXTRA_CA_CERTS 中写上它的证书（PEM）；否则网关需要发送完整的证书链",
  ),
  no_tls: gateway(
    "没有本机信任的 TLS 证书，或者根本不使用 TLS",
    "请检查证书，以及基础 URL 应以 http:// 还是 https:// 开头；私有 CA 请设置 NODE_EXTRA_CA_CERTS",
  ),
  closed: gateway("在回答之前关闭了连接", "请检查网关，以及你的代理（如果使用了代理）"),
  timed_out: gateway("没有及时回答", "请检查网关和你的网络"),
  unreachable: gateway("无法连接", "请检查基础 URL 和你的网络"),
};

const units = { day: "天", hour: "小时", minute: "分钟", second: "秒" } as const;

const durationOf = (parts: Duration): string =>
  parts.map(([amount, unit]) => `${amount} ${units[unit]}`).join(" ");

const why: Words["failover"]["why"] = {
  key: "密钥被拒绝",
  quota: "余额或额度已用完",
  account: "不接受这个账户",
  rights: "不向这个密钥提供该模型",
  limit: "已达到限额",
  outage: "出现故障",
  unreachable: "无法连接",
  broken: "回答在开头就中断",
  noApi: "应答的不是 API",
  silent: "太久没有任何回应",
  cut: "回答中断",
};

export const zh: Words = {
  login,
  failover: {
    why,
    moved: (from, to, reason) => `网关 ${from} 换为 ${to}：${reason}。`,
    back: (from, to) => `重新使用网关 ${to}，不再使用 ${from}。`,
    all: (failed) =>
      `所有网关都失败了：${failed.map(({ name, fault }) => `${name}（${why[fault]}）`).join("、")}。`,
  },
  failure: {
    settings_invalid: ({ problems }) =>
      `opencode-openai-codex-key 的设置有误。${problems.map(setting.problem).join("")}`,
    base_url_missing: ({ lookedIn }) =>
      `没有配置 Codex 网关的基础 URL，因此没有发送任何内容。${login}。已查找：${lookedIn.join("；")}。`,
    origin_not_trusted: (refusal) =>
      `${originNotTrusted.happened(refusal)}${originNotTrusted.advice(refusal)}`,
    key_missing: () =>
      `没有保存 Codex 网关的 API 密钥，因此没有发送任何内容。${login}，或设置 OPENCODE_CODEX_API_KEY。`,
    beside_missing: ({ provider }) =>
      `已没有带密钥的网关为提供商 ${provider} 服务，因此没有发送任何内容。请用 npx opencode-openai-codex-key gateways 查看。`,
    key_invalid: () =>
      `Codex 网关的 API 密钥中有空格、换行或密钥不会有的其他字符，因此没有发送任何内容。${login}，并且只粘贴密钥本身。`,
    endpoint_unsupported: ({ url }) => `Codex 网关只提供 responses 接口，因此没有请求 ${url}。`,
    request_unreadable: ({ reason }) => `无法读取这个请求，因此没有发送任何内容：${reason}。`,
    parameter_invalid: ({ field, found, allowed }) =>
      `${field} 现在是 ${found}；应为以下之一：${allowed}。请在 opencode.json 中修改。`,
    instructions_unreadable: ({ path, reason }) =>
      `无法使用指令文件 ${path}：${reason}。请修正该文件，或修改设置中的 "instructions"。`,
    redirected: ({ url, status, location = "另一个地址" }) =>
      `网关 ${url} 返回 ${status}，要求把请求发送到 ${location}。请求中含有你的代码和密钥，因此不会跟随重定向。如果该地址是正确的，请把它设为基础 URL。`,
    endpoint_not_found: ({ tried }) =>
      `在查找过的位置都没有发现网关的 responses 接口。已尝试：${tried.map(({ url, status, said }) => `${url}（${status}，${said}）`).join("；")}。请检查基础 URL，或在设置中把 "responsesPath" 设为网关文档给出的路径。`,
    broken_off: ({ baseURL, cause }) =>
      `网关 ${baseURL} 的回答中断：${cause instanceof Error ? cause.message : String(cause)}`,
    // Nothing in it may sound like an overflow of the model's context: see `body_too_large` in English.
    body_too_large: ({ url, bytes, said }) =>
      `请求体有 ${(bytes / 1_000_000).toFixed(1)} MB，网关 ${url} 或它前面的代理不接受这么大的请求（413）。上限由对方设定（nginx：client_max_body_size，默认 1 MB）。请去掉大的图片和文件，或开始新的会话。${said === undefined ? "" : `对方的说明：${said}`}`,
    unreachable: ({ url, kind }) => {
      const { happened, advice } = unreachable[kind];
      return `${happened(url)}${advice}`;
    },
  },
  originNotTrusted,
  unreachable,
  whyUnreadable,
  advice: {
    plain_http: "该端口使用 TLS：请让基础 URL 以 https:// 开头。",
    quota: "请在网关充值，或提高该密钥的额度。",
    instructions: '请把设置中的 "instructions" 设为 "codex"，或设为包含网关所要求内容的文件。',
  },
  refused: {
    key: (url, said) => `网关 ${url} 拒绝了密钥：${said}。`,
    keyAdvice: `${login}，输入另一个密钥。`,
    notFound: (said, url) => `${said}（${url} 返回 404）`,
    served: (models) => `网关提供的模型：${models.join("、")}。`,
    silent: "没有说明",
    withoutWords: (url, status) => `网关 ${url} 返回 ${status}，没有任何说明。`,
    unnamed: "网关报告了错误，但没有说明是什么错误。",
    unfinished: (reason) => `网关发送的回答不完整${reason === undefined ? "" : `（${reason}）`}。`,
  },
  stream: {
    stream_truncated: ({ reason }) =>
      reason === undefined
        ? "网关在回答完成之前关闭了数据流。"
        : `网关在回答完成之前就结束了（${reason}）。`,
    stream_idle: ({ seconds }) => `网关有 ${seconds} 秒没有发送任何内容（streamIdleTimeout）。`,
    stream_damaged: ({ blankBytes }) =>
      blankBytes === undefined
        ? "网关发送的事件不是合法的 JSON。"
        : `网关只发送了空白字符，超过 ${blankBytes / 1024} KiB。`,
    stream_broken: ({ code }) => `与网关的连接在回答途中断开（${code}）。`,
  },
  eventTooLarge: (bytes) => `数据流发送了超过 ${bytes} 字节，仍没有结束一个事件。`,
  gaveUp: (tries) => `尝试 ${tries} 次后放弃。`,
  htmlPage: (title) => (title === undefined ? "一个 HTML 页面" : `标题为「${title}」的 HTML 页面`),
  reset: (at, left) => `${at} 重置，还有 ${durationOf(left)}`,
  request: { notJson: "请求体不是 JSON 对象", noModel: "请求没有指定模型" },
  prompt: {
    empty: "内容为空",
    longerThan: (kibibytes) => `超过 ${kibibytes} KiB`,
    shortOf: (characters) => `只有 ${characters} 个字符`,
    binary: "不是文本，而是二进制数据",
    webPage: "内容是一个网页",
    notUtf8: "不是 UTF-8 文本",
    folder: "它是一个文件夹",
    notRegular: "它不是普通文件",
    missing: "文件不存在",
    forbidden: "没有读取权限",
    unreadable: (code) => `无法读取（${code}）`,
  },
  notice: {
    usage: (percent, window, resets) => {
      const limit = window === undefined ? "用量" : `${window[0]} ${units[window[1]]}`;
      return `网关的${window === undefined ? limit : ` ${limit}`}额度已用 ${percent}%。${resets === undefined ? "" : `${resets}。`}`;
    },
    insecure: (baseURL) =>
      `${baseURL} 没有使用 TLS：你的 API 密钥和代码会以明文传输。如果网关支持，请改用 https://。`,
    endpoint: (url) => `网关现在的接口是 ${url}。`,
    lowBalance: (gateway, left) => `网关 ${gateway} 的余额不多了：${left}。`,
  },
  balance: {
    units: {
      USD: (value: string) => `$${value}`,
      CNY: (value: string) => `¥${value}`,
      tokens: (value: string) => `${value} tokens`,
      credits: (value: string) => `${value} credits`,
      quota: (value: string) => `${value} 点额度`,
      site: (value: string) => `${value}（站点自己的单位）`,
    },
    invalid: (said) => `网关说该密钥不可用${said === "" ? "" : `（${said}）`}`,
    unlimited: (used) => (used === undefined ? "不限额度" : `不限额度，已用 ${used}`),
    left: (left, limit) => `剩余 ${left}${limit === undefined ? "" : `，共 ${limit}`}`,
    used: (used, limit) =>
      `已用 ${used}${limit === undefined ? "" : `，共 ${limit}`}，剩余多少未知`,
    unknown: "未知",
    windows: {
      daily: "每日",
      weekly: "每周",
      monthly: "每月",
      primary: "短期窗口",
      secondary: "长期窗口",
    },
    span: ([amount, unit]) => `${amount} ${units[unit]}`,
    of: (used, limit) => `${used} / ${limit}`,
    window: (name, share, reset) =>
      `${name}：已用 ${share}${reset === undefined ? "" : `，${reset}`}`,
    plan: (name) => `套餐：${name}`,
    expires: (over, day) => `${over ? "已于" : "将于"} ${day} 到期`,
  },
  loginPrompt: {
    baseURL: (current) =>
      current === undefined
        ? "Codex 网关的基础 URL"
        : `Codex 网关的基础 URL（留空则沿用 ${current.source} 中的 ${current.baseURL}）`,
    codexCLI: (baseURL) => `Codex 网关的基础 URL（本机的 Codex CLI 使用 ${baseURL}）`,
    missing: "请输入网关的基础 URL",
    enter: (allowed) => `请输入${allowed}`,
    official: "如果这是 OpenAI 官方的密钥，请留空。",
  },
  host2: {
    notTaken: (reason) => `opencode-openai-codex-key 无法处理这个请求：${reason}`,
    failed: (reason) => `opencode-openai-codex-key 出错：${reason}`,
    closed: "OpenCode 正在停止",
    unknownGateway:
      '已无法得知这个账户的密钥属于哪个网关；请重新运行 "opencode auth login openai" 并输入它的基础 URL',
  },
  place: {
    variable: (name) => `环境变量 ${name}`,
    option: (field, file) => `${file} 中的 ${field}`,
    pluginOptions: (file) => `${file} 中的插件选项`,
    login: "登录",
    enteredAtLogin: "登录时输入的基础 URL（要修改请再次运行 opencode auth login）",
    gateway: (name, file) => `${file} 中的网关 ${name}`,
  },
  setting,
};
