/** 网关和模型对 doctor 的请求的应答。 */
import type { requests as en } from "../en/requests.ts";

export const requests: typeof en = {
  ms: (ms) => `${ms} ms`,
  seconds: (seconds) => `${seconds} 秒`,
  endpoint: {
    title: "接口",
    doing: "正在请求一个简短的回答",
    silent: (url, seconds) => `${url} 收下了请求，但在 ${seconds} 秒内没有应答`,
    silentAdvice: "请检查网关和它的上游；也可能是途中的代理扣住了回答。",
    anywhere: (url, status) => `${url} 返回 ${status}，无法据此判断路径`,
    found: (url, tries) => `${url}，尝试 ${tries} 次后找到`,
    notIt: (url, status) => `${url} 不是（${status ?? "无应答"}）`,
    foundAdvice: (base) => `插件会自己找到并记住它。要省去查找，请把基础 URL 写成 ${base}。`,
    tried: (url, status, said) => `${url}（${status}，${said}）`,
    notFound: "网关有应答，但在查找过的位置都没有 responses 接口",
    notFoundAdvice: '请对照网关的文档检查基础 URL，或在设置中写上 "responsesPath"。',
    redirected: (url, status, location) =>
      `${url} 返回 ${status}，要求把请求发送到${location === undefined ? "另一个地址" : ` ${location}`}`,
    redirectedAdvice:
      "不会跟随重定向，因为请求中有你的代码和密钥。如果那个地址是对的，请把它设为基础 URL。",
    wrongScheme: "该端口使用 TLS，而基础 URL 以 http:// 开头",
    wrongSchemeAdvice: (url) => `应以 https:// 开头：${url}`,
  },
  key: {
    title: "密钥校验",
    doing: "正在判断应答",
    refused: (source) => `网关拒绝了来自 ${source} 的密钥`,
    refusedAdvice:
      "请重新运行 opencode auth login 并粘贴密钥，或在网关上新建一个。这是该网关的密钥吗？",
    client: "网关可能认得这个密钥，但不允许这个客户端使用（403）",
    clientAdvice:
      '请在网关上检查密钥的权限和分组。只允许特定客户端的网关，需要在设置中写上 "headers"。',
    accepted: "已接受",
    notRefused: "没有被拒绝",
  },
  models: {
    title: "模型列表",
    doing: "正在读取模型列表",
    none: "网关没有模型列表，因此 OpenCode 显示插件自带的模型",
    noneAdvice: "不需要做什么。网关提供哪些模型，请看它的文档。",
    status: (url, status) => `${url}：状态码 ${status}`,
    noList: (url) => `${url}：应答不是模型列表`,
    fine: (count, url, asked) => `${count} 个模型，来自 ${url}；下面测试：${asked}`,
  },
  answer: {
    title: "回答",
    doing: "正在判断应答",
    times: (headers, output, total) =>
      `${headers} 后收到首字节，${output} 后开始输出，${total} 后完成`,
    fine: (model, times) => `${model}：${times}`,
    slow: (model, times) => `${model} 有回答，但很慢：${times}`,
    slowAdvice: "请稍后再试，或换一个模型、更低的推理强度。",
    timeout: (what, seconds) => `${what} 在 ${seconds} 秒内没有完成一个简短的回答`,
    timeoutAdvice: "请稍后再试，或换一个模型：--model NAME。",
    broken: (characters, message) =>
      `回答${characters === 0 ? "" : `在 ${characters} 个字符后`}中断：${message}`,
    brokenAdvice:
      "OpenCode 会重新请求，并再次计费。如果每次都这样，说明你和模型之间有什么切断了流：网关的时间限制，或扣住回答的代理。",
    refused: (what, said, status) =>
      `${what} 被拒绝：${said}${status === undefined ? "" : `（${status}）`}`,
    unnamed: "网关报告了错误",
    advice: {
      own: "上面是网关自己的消息；它的文档里可能有更多说明。",
      key: "请重新运行 opencode auth login 并粘贴密钥。",
      model: "请使用网关提供的模型：--model NAME。运行 models 命令可列出它们。",
      limit: "请等待限额重置，或换一个账户。",
      outage: "网关或它的上游出了故障。请稍后再试。",
      tooLarge: (settings) =>
        `网关前面的代理不接受更大的请求体；它的运营者可以调高限制：${settings}`,
      readTimeout: (settings) =>
        `网关前面的代理等待回答的时间不够长；它的运营者可以调高限制：${settings}`,
    },
  },
  front: {
    one: (name, setting) =>
      "write" in setting ? `${name}：${setting.write}` : `${name}：去掉 ${setting.remove}`,
    all: (settings) => settings.join(" / "),
  },
  streaming: {
    title: "流式输出",
    doing: "正在判断应答",
    fine: (pieces, spread) => `回答是逐步到达的：${spread} 内 ${pieces} 段`,
    short: "未知：回答太短，无法判断",
    quick: "未知：回答完成得太快，无法判断",
    atOnce: (wait) => `回答在 ${wait} 后一次性到达：有什么扣住了它`,
    inBlocks: (blocks, pieces) => `${pieces} 段回答分 ${blocks} 块到达：有什么扣住了它`,
    advice: (settings) =>
      `这样 OpenCode 直到最后才显示内容，长回答会碰到时间限制。是网关或它前面的代理缓冲了回答；它的运营者可以关闭缓冲：${settings}。`,
  },
  tools: {
    title: "工具调用",
    doing: "正在请求一次工具调用",
    what: "带工具的请求",
    none: "模型用文字回答，没有调用工具",
    noneAdvice:
      "没有工具调用，OpenCode 什么都改不了。请换一个模型（--model NAME）；如果都这样，就是网关丢掉了工具。",
    fine: (time) => `${time} 后返回了函数调用`,
  },
  cache: {
    title: "提示缓存",
    doing: "正在重复同一请求",
    what: "重复的同一请求",
    unknown: "未知：网关不报告缓存的 token",
    cached: (cached, input) => `${input} 个输入 token 中有 ${cached} 个来自缓存`,
    small: (tokens) => `（少于 ${tokens} 个 token 的提示不会缓存）`,
    noneAdvice: "这样每一轮都要全额计费并完整处理。把请求分散到许多账户的网关做不到更好。",
  },
  clock: {
    title: "时钟",
    doing: "正在比较时钟",
    unknown: "未知：网关不发送时间",
    fine: "与网关一致",
    off: (minutes, ahead) =>
      `本机时钟比网关${ahead ? "快" : "慢"} ${minutes < 120 ? `${minutes} 分钟` : `${Math.round(minutes / 60)} 小时`}`,
    advice: "请校准时钟：证书和有期限的密钥都按它判断。",
  },
};
