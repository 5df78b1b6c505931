/** 命令行，以及检查结果前后的文字。 */
import type { program as en } from "../en/program.ts";

export const program: typeof en = {
  help: (name, version) => `${name} ${version}

查看同名的 OpenCode 插件在本机和它的网关（中转站）上能找到什么。

  doctor    检查设置、OpenCode、网络、网关、密钥和模型，并说明该怎么做
  models    列出网关提供的模型
  config    显示生效的设置，以及每项设置的来源
  gateways  列出网关；add [NAME] [URL]、key NAME、remove NAME、rename OLD NEW、order NAMES、use NAME
  import    从 Codex CLI 的文件导入网关，或从链接导入：import ccswitch://…
  status    显示由哪个网关应答，哪些网关在休息
  usage     查询每个网关剩余的余额、token 或限额

  --fix           doctor：修复可以修复的问题，并显示每处修改
  --json          输出一个 JSON 文档
  --model NAME    doctor：要测试的模型，例如 gpt-5.1-codex-high
  --gateway NAME  doctor、models、usage：要查看的网关
  --key-env NAME  gateways add：存放密钥的环境变量
  -y, --yes       gateways remove、import：不再询问
  -h, --help      显示本帮助
  -v, --version   显示版本

请在启动 OpenCode 的目录中运行。doctor 会向网关发送三个简短的请求，按网关的价格计费。
退出码：0 表示没有失败，1 表示有检查失败，2 表示命令无法识别，130 表示被中断。
`,
  line: {
    nothingToDo: (rest) => `"${rest}" 是多余的参数。`,
    noCommand: (name) => `没有 "${name}" 这个命令。`,
    noOption: (name) => `没有 "${name}" 这个选项。`,
    lacksValue: (name) => `选项 "${name}" 缺少值。`,
    takesNoValue: (name) => `选项 "${name}" 不接受值。`,
    onlyForDoctor: (name) => `选项 "${name}" 只能用于 doctor 命令。`,
    stopped: "已中断。",
  },
  doctor: {
    head: (runtime) => `（doctor，运行于 ${runtime}）`,
    ofOpenCode: (runtime, version) => `OpenCode ${version} 内置的 ${runtime}`,
    counts: {
      ok: (count) => `${count} 项正常`,
      warn: (count) => `${count} 项需留意`,
      fail: (count) => `${count} 项失败`,
      skip: (count) => `${count} 项未检查`,
    },
    summary: (broken, counts) => [broken ? "发现问题" : "没有发现故障", `：${counts.join("，")}。`],
    verdict: {
      cause: (title, cause, advice = "") => `原因：${title}：${cause}。${advice}`,
      look: (title, cause, advice = "") => `需留意：${title}：${cause}。${advice}`,
    },
    skipped: (title) => `未检查：「${title}」失败`,
    skippedToo: (title) => `未检查：「${title}」无法检查`,
    crashed: (said) => `检查本身出错：${said}`,
    report: "请连同上面的文字一起报告这个问题。",
  },
  models: {
    doing: "正在查询模型列表",
    missing: "缺少基础 URL 或密钥（请运行 doctor）",
    nothingNew: "它没有给出新内容",
    served: (url) => `网关提供的模型，来自 ${url}`,
    table: (why) => `插件自带的模型表，网关不一定提供：无法取得模型列表（${why}）`,
    tokens: (count) => `${count.toLocaleString("en")} tokens`,
    noEfforts: "推理强度未知",
  },
  config: {
    none: "没有任何设置；使用默认值。",
    key: "密钥",
    plugin: "插件",
    notListed: "这里没有列出",
    listed: (spec, source) => `${spec}，位于 ${source}`,
    lookedIn: "基础 URL 按以下顺序查找：",
  },
  fix: {
    head: "修改：",
    nothing: "这里没有可以自动修复的问题。",
    outcome: {
      done: (what) => `已完成：${what}`,
      left: (what, why) => `保持不变：${what}${why === undefined ? "" : `（${why}）`}`,
      failed: (what, why) => `失败：${what}${why === undefined ? "" : `（${why}）`}`,
    },
    noTerminal: "没有终端，无法询问",
    yesNo: "[y/N]",
    yes: /^(?:y|yes|是)$/i,
    mode: (path, from, to) => `${path} 的权限：${from} → ${to}`,
    dropEntry: (spec, source) => `从 ${source} 中删除较早的条目 ${spec}`,
    addEntry: (spec, source) => `把 ${spec} 加入 ${source} 的 "plugin"`,
    replaceEntry: (from, to, source) => `在 ${source} 中用 ${to} 替换 ${from}`,
    dropKey: (path) => `从 ${path} 中删除 openai 的密钥（之后再重新登录）`,
    askAdd: (change) =>
      `OpenCode 存有 openai 的密钥，却没有插件把它发往你的网关：密钥会被发送到 api.openai.com。要${change}吗？`,
    askDrop: (change) => `那么在插件能用之前，密钥还是先移走更安全。要${change}吗？`,
    again: "请再次运行 doctor，看看还剩什么问题。",
  },
};
