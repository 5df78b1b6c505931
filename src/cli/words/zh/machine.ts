/** 本机上的内容：设置、权限、密钥、环境变量、指令。 */
import type { machine as en } from "../en/machine.ts";

export const machine: typeof en = {
  settings: {
    title: "设置",
    doing: "正在读取设置",
    invalid: (count) => (count === 1 ? "有一个值无效" : "有多个值无效"),
    mend: (source) => `请在 ${source} 中修正。在此之前不会向网关发送任何内容。`,
    noBaseURL: "没有配置网关的基础 URL",
    line: (name, shown, source) => `${name} = ${shown}（${source}）`,
    lookedIn: "查找过：",
    logIn: (login) => `${login}。`,
    ignored: (name, source) => `${source} 中的 ${name} 没有使用：它属于同一处的基础 URL`,
    trimmed: (written, taken) => `${written} 以另一种 API 的接口结尾；按 ${taken} 处理`,
    trimmedAdvice: (taken) => `可以使用。为清楚起见，请把基础 URL 写成 ${taken}。`,
    insecure: (url) => `${url} 没有 TLS：密钥和代码以明文传输`,
    insecureAdvice: "如果网关支持，请使用 https://。",
  },
  permissions: {
    title: "权限",
    doing: "正在查看文件",
    windows: "Windows 上不使用权限位",
    nothing: "还没有存储任何内容",
    fine: "存储的内容只有你能读取",
    lax: "本机的其他用户可以读取你的文件",
    mode: (path, mode) => `${path} 的权限是 ${mode}`,
    run: (commands) => `请运行：${commands}`,
  },
  credential: {
    title: "密钥",
    doing: "正在查找密钥",
    login: "请运行 opencode auth login 并选择 OpenAI",
    orSet: (login, variable) => `${login}，或设置 ${variable}。`,
    oauth: (source) =>
      `${source} 中存的是 ChatGPT 登录；这种登录由 OpenCode 直接连接 OpenAI，本插件不介入`,
    unreadable: (source, reason) => `无法读取 ${source}：${reason}`,
    other: (source, type) =>
      `${source} 中 openai 的凭据${type === undefined ? "不是对象" : `类型为 ${type}`}，不是 API 密钥`,
    none: (source) => `${source} 中没有 openai 的密钥`,
    odd: (source, length) =>
      `来自 ${source} 的密钥（${length} 个字符）含有空格或密钥中不会出现的字符`,
    oddAdvice: (login) => `可能没有粘贴完整。${login}，重新输入。`,
    fine: (length, source) => `${length} 个字符的 API 密钥，来自 ${source}`,
    outranks: (stored) => `；优先于 ${stored} 中的密钥`,
    account: (label, method) => `"${label}"（${method}）`,
    accounts: (path, names) =>
      `${path} 中的 OpenCode 2 账户：${names.length === 0 ? "无" : names.join("、")}`,
    noAccounts: "OpenCode 没有说明它有哪些账户（opencode auth list）",
    open: (path, mode) => `本机的其他用户可以读取 ${path}（权限 ${mode}）`,
    openAdvice: (path) => `请运行 chmod 600 ${path}*。`,
    hidden: "已存有密钥，但 OpenCode 2 不向任何程序显示它",
    hiddenAdvice: (variable) => `要检查网关，请设置 ${variable} 后再运行。`,
    padded: "发送时会去掉密钥前后的空白。",
  },
  environment: {
    title: "环境变量",
    doing: "正在读取环境变量",
    hidden: (name) => `${name} 已设置（不显示）`,
    unchecked: "没有检查证书：途中的任何人都能读到密钥",
    uncheckedAdvice:
      "请取消设置 NODE_TLS_REJECT_UNAUTHORIZED；私有 CA 请设置 NODE_EXTRA_CA_CERTS。",
    openaiKey: "设置了 OPENAI_API_KEY，但本插件不使用它",
    openaiKeyAdvice: (variable) =>
      `没有登录时，OpenCode 会把这个密钥直接发送给 OpenAI。请登录，或设置 ${variable}。`,
    count: (count) => (count === 0 ? "没有设置相关的变量" : `设置了 ${count} 个相关的变量`),
  },
  instructions: {
    title: "指令",
    doing: "正在查找指令",
    unusable: (path, reason) => `文件 ${path} 无法使用：${reason}`,
    unusableAdvice: '请修正该文件，或把设置中的 "instructions" 改为 "codex"。',
    source: {
      none: "按设置不发送指令",
      file: (characters) => `来自你自己的文件，${characters} 个字符`,
      gateway: "网关自己的指令，来自它的模型列表",
      official: "Codex 官方指令，来自缓存",
      builtin: "按设置使用插件自带的指令",
    },
    fallback: "插件自带的指令：本机没有官方指令，也无法下载",
    fallbackAdvice:
      "大多数网关都接受它。要用官方指令，需要能访问一次 raw.githubusercontent.com 或 cdn.jsdelivr.net；稍后会再次尝试。",
    age: (path, days) => `${path}，${days < 1 ? "不到 1 天" : `已有 ${days} 天`}`,
  },
};
