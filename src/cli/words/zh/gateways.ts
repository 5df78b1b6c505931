/** gateways、import、usage 命令。 */
import type { several as en, Time } from "../en/gateways.ts";

const timeOf = ([amount, unit]: Time): string =>
  `${amount} ${{ second: "秒", minute: "分钟", hour: "小时" }[unit]}`;

export const several: typeof en = {
  gateways: {
    unknown: (name, all) =>
      `没有名为 "${name}" 的网关。现有：${all.length === 0 ? "无" : all.join("、")}。`,
    noAction: (name) => `没有 "gateways ${name}" 这个命令。`,
    lacksName: (name) => `"gateways ${name}" 缺少网关名称。`,
    askBaseURL: "网关的基础 URL：",
    askKey: (host) => `${host} 的 API 密钥（不显示）：`,
    askRemove: (name, baseURL) => `删除 ${name}（${baseURL}）和它的密钥？[y/N] `,
    what: { baseURL: "基础 URL", name: "名称", newName: "新名称" },
    mustBe: (what, allowed) => `${what} 应为 ${allowed}。`,
    added: (name) => `已添加 ${name}。`,
    updated: (name) => `已更新 ${name}。`,
    keyStored: (name) => `已存储 ${name} 的密钥。`,
    unchanged: "没有修改任何内容。",
    notInFile: (baseURL) => `${baseURL} 不在设置文件中：请运行 config 查看。`,
    removed: (name) => `已删除 ${name}。`,
    mainHasNoName: (name) => `"${name}" 代表基础 URL，不能改名。`,
    renamed: (from, to) => `${from} 已改名为 ${to}。`,
    ordered: "顺序已修改。",
    used: (name) => `现在首先使用 ${name}。`,
    settingsFile: "设置文件",
    taken: (name) => `已经有名为 "${name}" 的网关。`,
    oddKey: "密钥不含空格，也不含键盘上没有的字符。",
    nothingEntered: "没有输入内容，因此没有修改。",
    none: "没有配置网关。可以用 gateways add 或 opencode auth login 添加。",
    noKey: "没有密钥",
    keyFrom: (source) => `密钥来自 ${source}`,
  },
  import: {
    labels: { host: "主机", gateway: "网关", key: "密钥", headers: "请求头", note: "说明" },
    ask: "导入？[y/N] ",
    unset: (variable) => `这里没有设置 ${variable}：OpenCode 需要它。`,
    field: "该项",
    keyFromVariable: (variable) => `仍来自环境变量 ${variable}`,
    keyMissing: "没有找到；稍后会询问",
    keyFound: (length, source, into) => `${length} 个字符，来自 ${source}，写入 ${into}`,
    gateway: (name, replaces, baseURL, into) =>
      `${name}${replaces ? "（已存在：将更新）" : ""}，${baseURL}，写入 ${into}`,
    insecure: "没有 TLS：密钥和代码以明文传输",
    problem: (problem) => `无法导入：${problem}`,
    unreadable: (path, reason) => `无法读取 ${path}：${reason}。`,
    noFiles: (folder) => `这里没有 Codex CLI 的配置：${folder} 中两个文件都没有。`,
    noTOML: (path, line) =>
      `${path} 不是有效的 TOML${line === undefined ? "" : `（第 ${line} 行）`}。`,
    noJSON: (path) => `${path} 不是 JSON。`,
    link: {
      name: "链接",
      none: "这不是链接。",
      otherScheme: "只支持以 ccswitch:// 开头的链接。",
      otherForm: "只支持 ccswitch://v1/import?… 形式的链接。",
      otherResource: (resource) => `这个链接的内容是 ${resource}，不是提供商。`,
      otherApp: (app) => `这个链接用于 ${app}，不是用于 Codex。`,
      elsewhere: "这个链接指向别处的文件，不会下载。",
      others: (addresses) => `链接中的其他地址：${addresses}`,
      unreadable: "链接中的配置既不是 JSON 也不是 TOML。",
    },
    codex: {
      chatgpt:
        "Codex CLI 用的是 ChatGPT 账户登录。这种登录属于 OpenAI，不会导入：请使用 OpenCode 的 ChatGPT 登录。",
      odd: (path) => `${path} 不是 Codex CLI 写入的格式。`,
      invalid: (id, path) => `${path} 中的 [model_providers.${id}] 无效。`,
      undescribed: (id, path) => `${path} 指定了提供商 "${id}"，但没有描述它。`,
      noGateway: (path) => `${path} 没有指定网关：Codex CLI 直接连接 OpenAI。`,
      otherAPI: (id, api) => `[model_providers.${id}] 使用 "${api}"；本插件只支持 responses API。`,
      baseURL: (path) => `${path} 中的基础 URL`,
      query: "未导入 query_params：没有对应的设置",
      source: (name, path) => `${path} 中的 ${name}`,
      header: (name) => `未导入请求头 ${name}：没有设置它的环境变量`,
    },
  },
  status: {
    state: {
      first: "首先使用",
      ready: "可用",
      resting: "休息中",
      "no key": "没有密钥",
      off: "未使用（failover 已关闭）",
    },
    rest: (time, why) => `，还需 ${timeOf(time)}：${why}`,
    answered: (time) => `，${timeOf(time)}前有应答`,
  },
  usage: {
    asking: (name) => `正在查询 ${name}`,
    noBaseURL: "没有基础 URL",
    noKey: "没有密钥，因此没有查询",
    noPage: "未知：网关没有可供密钥查询的页面",
    failed: (reason) => `未知：${reason}`,
    age: (minutes) => `来自 ${minutes} 分钟前的应答`,
    none: "没有配置网关。",
  },
};
