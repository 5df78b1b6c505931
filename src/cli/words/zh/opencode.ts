/** OpenCode：版本、配置、其中的本插件、它显示的模型。 */
import type { opencode as en } from "../en/opencode.ts";

export const opencode: typeof en = {
  opencode: {
    title: "OpenCode",
    doing: "正在查询 OpenCode 的版本",
    old: (version, needed) => `OpenCode ${version} 太旧：本插件需要 ${needed}`,
    oldAdvice: "请运行 opencode upgrade。",
    fine: (version) => `OpenCode ${version}`,
    none: "没有找到名为 opencode 的程序，因此无法查询",
    noneAdvice: (needed) => `请确认你使用的 OpenCode 是 ${needed}，并且这里的 PATH 中有 opencode。`,
  },
  config: {
    title: "配置文件",
    doing: "正在查询 OpenCode 的配置",
    unreadable: (path, reason) => `无法读取 ${path}：${reason}`,
    broken: (files) => `OpenCode 无法读取 ${files}`,
    brokenAdvice: (starts, file) =>
      starts
        ? `请修正 ${file}：在此之前 OpenCode 启动时会忽略其中的全部内容。`
        : `请修正 ${file}：在此之前 OpenCode 无法启动。`,
    refused: (said) =>
      `OpenCode 拒绝了它的配置${said === undefined ? "，没有说明原因" : `：${said}`}`,
    refusedAdvice: "请修正它指出的内容。",
    fine: (files) => `已读取 ${files} 个文件`,
    none: "还没有配置文件",
    notAsked: "没有查询 OpenCode 本身",
  },
  plugin: {
    title: "插件",
    doing: "正在确认 OpenCode 是否加载了插件",
    pure: "设置了 OPENCODE_PURE：OpenCode 不加载任何插件",
    pureAdvice: "请取消设置 OPENCODE_PURE。",
    leak: (origin) => `在此之前，OpenCode 会把存储的 openai 密钥发送到 ${origin}。`,
    notListed: "在此目录生效的配置中都没有列出本插件",
    read: "读取过的配置：",
    noFile: "（没有）",
    notListedAdvice: (line, file) => `请把 ${line} 加入 ${file}。`,
    missingPath: (path, source) => `${source} 中写的 ${path} 不存在`,
    wrongPath: (path, source) => `${source} 中写的 ${path} 不是本插件`,
    pathAdvice: (line, source) => `请改写为 ${line}，位置：${source}。`,
    notInstalled: (name, source) =>
      `${source} 列出了 ${name}，但 OpenCode 无法安装它，因此没有加载插件`,
    notInstalledAdvice: (line) =>
      `请检查本机能否访问 npm 仓库、名称是否正确，或改为列出本机上的一份：${line}。`,
    wantsFolder: (path) => `OpenCode 2 只加载文件夹，而 ${path} 是文件`,
    notLoaded: (spec, source) => `${source} 列出了 ${spec}，但 OpenCode 没有加载它`,
    notLoadedAdvice: (log) => `请在 ${log} 中查看 OpenCode 的说明，并确认它是本插件的完整副本。`,
    older: (spec) => `${spec} 是较旧的副本，无法说明自己是否在运行`,
    olderAdvice: (version) => `请升级到 ${version} 版。`,
    twice: (first, last) =>
      first === last
        ? `${last} 多次列出了插件且选项不同；生效的是最后一个的选项`
        : `插件被列出多次且选项不同；生效的是 ${last} 中的选项，${first} 中的不生效`,
    twiceAdvice: (source, mends) =>
      `请从 ${source} 中删除不生效的条目${mends ? "，或运行 doctor --fix" : ""}。`,
    again: (spec, source) => `另外还列出了：${spec}，位于 ${source}`,
    ran: (version, spec, source, options) =>
      `OpenCode 已运行它（${version}）：${spec}，位于 ${source}（${options ? "有选项" : "无选项"}）`,
    ranUnlisted: (version) => `OpenCode 已运行它（${version}）`,
    listed: (spec, source, options) =>
      `${spec}，位于 ${source}（${options ? "有选项" : "无选项"}）`,
    unasked: "无法确认 OpenCode 是否运行了它",
  },
  provider: {
    title: "提供商",
    doing: "正在查询 OpenCode 的模型",
    disabled: (source) => `${source} 中的 "disabled_providers" 隐藏了 openai`,
    disabledAdvice: (source) => `请从 ${source} 的 "disabled_providers" 中删除 "openai"。`,
    notEnabled: (source) => `${source} 中的 "enabled_providers" 没有包含 openai`,
    notEnabledAdvice: (source) => `请把 "openai" 加入 ${source} 的 "enabled_providers"。`,
    hidden: "OpenCode 没有显示任何 openai 模型",
    hiddenAdvice: (log) => `OpenCode 的说明见 ${log}。`,
    notOurs: "OpenCode 运行了插件，但插件在那里没有找到密钥",
    notOursAdvice: "请用与本命令相同的环境变量启动 OpenCode。",
    timeout: (seconds) => `OpenCode 在 ${seconds} 秒内没有列出模型`,
    timeoutAdvice:
      "首次启动时 OpenCode 要下载所需文件，可能需要更久：请先启动一次 OpenCode，再运行本命令。",
    fine: (count) => `OpenCode 显示了 ${count} 个 openai 模型`,
    notAsked: "未知：无法查询 OpenCode",
  },
  model: {
    title: "所选模型",
    doing: "正在查找配置的模型",
    none: "没有配置模型，因此 OpenCode 使用上次的模型",
    noPrefix: (what, model, source) => `${source} 中的 "${what}" 是 "${model}"，缺少提供商前缀`,
    noPrefixAdvice: (model, source) => `请在 ${source} 中写成 "openai/${model}"。`,
    notShown: (what, model, source) => `${source} 中的 "${what}" 是 "${model}"，网关不提供这个模型`,
    notShownAdvice: (close) =>
      `请选择网关提供的模型：${close.join("、")}。运行 models 命令可列出全部。`,
    elsewhere: (model) => `${model}，不属于 openai：与本插件无关`,
    fine: (model) => `${model}，网关提供`,
    unknown: (model) => `${model}；网关是否提供未知`,
  },
};
