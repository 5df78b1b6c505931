/**
 * The table of faults in Simplified Chinese, for `docs/zh-CN/faults.md`, by what a row `sends`.
 * `test/docs/faults.zh.test.ts` holds the two together.
 */

export type FaultWords = {
  readonly sends: string;
  readonly gets: string;
  /** In OpenCode 2, where that is not the same. */
  readonly on2?: string;
};

const works = "正常使用。";
const zeros = "用零补齐，本轮正常结束。";
const shownOnce = "只显示一次这条说明。";
const asksForRest = "OpenCode 保留已出现的半段文字，并请模型接着写，总共最多三次。";
const finalAfterThree = "尝试三次后作为最终错误显示。";

export const faultsInChinese: Readonly<Record<string, FaultWords>> = {
  "its web console (HTML, 200) at every path but `/openai/v1/responses`": {
    sends: "除 `/openai/v1/responses` 外，所有路径都返回网页控制台（HTML，200）",
    gets: "在六个已知路径中找到接口并记住，下一轮直接使用。",
  },
  "404 (JSON) at every path but `/codex/responses`": {
    sends: "除 `/codex/responses` 外，所有路径都返回 404（JSON）",
    gets: "同上，找到接口并记住。",
  },
  "its web console (HTML, 200) at every path": {
    sends: "所有路径都返回网页控制台（HTML，200）",
    gets: "一条错误：列出试过的 URL 和各自的状态码，并指出设置项 `responsesPath`。不会循环请求。",
  },
  "404 (HTML) at every path": {
    sends: "所有路径都返回 404（HTML）",
    gets: "同样是上面那一条错误；没有插件时，OpenCode 会无休止地重试。",
  },
  "503 (HTML, a proxy whose backend is down) at every path, from the start": {
    sends: "从一开始，所有路径都返回 503（HTML，代理后面的服务没有运行）",
    gets: "这是故障，不是路径不对：不会去找别的路径，尝试三次后作为最终错误显示。",
  },
  "a redirect to another address": {
    sends: "重定向到另一个地址",
    gets: "不跟随，因为请求里有代码和密钥；错误会写明那个地址。",
  },
  "a stream that ends before its terminal event": {
    sends: "数据流在终止事件之前结束",
    gets: "这次数据流算失败，OpenCode 重试，已出现的半段文字会消失：不会显示两遍。",
    on2: asksForRest,
  },
  "a stream that ends before its terminal event, every time": {
    sends: "数据流每次都在终止事件之前结束",
    gets: "尝试三次后作为最终错误显示，并写明次数；你再发一条消息，就重新计数。",
  },
  "a connection that breaks in mid stream": {
    sends: "数据流中途连接断开",
    gets: "OpenCode 重试，已出现的半段文字会消失。",
    on2: asksForRest,
  },
  "200 with an empty body": {
    sends: "200，但内容为空",
    gets: "这次数据流算失败，OpenCode 重试。",
  },
  "silence in mid stream (`streamIdleTimeout` is 1 s here, 300 s by default)": {
    sends: "数据流中途没有动静（这里的 `streamIdleTimeout` 是 1 秒，默认 300 秒）",
    gets: "这次数据流算失败，错误会写明这个超时设置，OpenCode 重试。",
    on2: asksForRest,
  },
  "17 MiB in one event": {
    sends: "一个事件有 17 MiB",
    gets: "只显示一次错误，因为再试一次事件还是这么大。最多只保留 16 MiB。",
  },
  "an answer, while the user presses escape": {
    sends: "正在回答时，用户按下 Esc",
    gets: "立即关闭与网关的连接。",
    on2: "相同；这一步显示为已中断。",
  },
  "`response.done` in place of `response.completed`": {
    sends: "用 `response.done` 代替 `response.completed`",
    gets: "改写成正确的事件，本轮正常结束。",
  },
  "`response.completed` with an empty `output`": {
    sends: "`response.completed` 的 `output` 为空",
    gets: "用之前收到的各项内容补齐 `output`。",
  },
  "`response.completed` without `usage`": {
    sends: "`response.completed` 没有 `usage`",
    gets: zeros,
  },
  "`response.completed` with `usage: null`": {
    sends: "`response.completed` 中是 `usage: null`",
    gets: zeros,
  },
  "`response.completed` with a `usage` of texts": {
    sends: "`response.completed` 的 `usage` 是文本而不是数字",
    gets: zeros,
  },
  "`response.completed` whose other fields are of a wrong kind": {
    sends: "`response.completed` 的其他字段类型不对",
    gets: "去掉这些字段，本轮正常结束。",
  },
  "200 with a JSON body without `usage`": {
    sends: "200，内容是没有 `usage` 的 JSON",
    gets: "用零补齐，并把整个响应重放成数据流。",
  },
  "`response.incomplete` with a reason of its own": {
    sends: "`response.incomplete`，原因是网关自己的写法",
    gets: "当作数据流被截断：OpenCode 重试，尝试三次后作为最终错误显示。",
  },
  "a JSON body that is incomplete for a reason of its own": {
    sends: "JSON 内容不完整，原因是网关自己的写法",
    gets: "同上。",
  },
  "200 with a JSON body though a stream was asked for": {
    sends: "请求的是数据流，返回的却是 200 和 JSON",
    gets: "把响应重放成数据流：推理、文字、工具调用、用量都在。",
  },
  "CRLF, a byte order mark, keep-alive comments and `data: [DONE]`": {
    sends: "CRLF 换行、BOM、保活注释和 `data: [DONE]`",
    gets: works,
  },
  "no content type, no `event:` lines, `data:` without a space": {
    sends: "没有 Content-Type、没有 `event:` 行、`data:` 后面没有空格",
    gets: works,
  },
  "a stream as `text/plain`": { sends: "数据流的类型是 `text/plain`", gets: works },
  "a stream as `application/octet-stream`": {
    sends: "数据流的类型是 `application/octet-stream`",
    gets: works,
  },
  "a stream compressed with gzip": { sends: "用 gzip 压缩的数据流", gets: works },
  "a stream compressed with br": { sends: "用 br 压缩的数据流", gets: works },
  "a stream compressed with zstd": { sends: "用 zstd 压缩的数据流", gets: works },
  "`response.failed`, rate limit, before any output": {
    sends: "`response.failed`，触发限流，还没有任何输出",
    gets: "变成 429，`retry-after` 就是网关说的时间，OpenCode 到时再试。",
  },
  "`response.failed`, usage limit reached, resets within five minutes": {
    sends: "`response.failed`，用量达到上限，五分钟内重置",
    gets: "变成 429，等到额度重置；提示会写明是什么时候。",
    on2: "只显示一次，并写明额度恢复的时间；OpenCode 2 不会等待。",
  },
  "`response.failed`, usage limit reached, resets in two hours": {
    sends: "`response.failed`，用量达到上限，两小时后重置",
    gets: "本轮结束，错误会写明额度何时重置。",
  },
  "`response.failed`, a policy (`cyber_policy`), before any output": {
    sends: "`response.failed`，触发策略（`cyber_policy`），还没有任何输出",
    gets: "错误只显示一次：同样的提示词再发还会被拦下。",
  },
  "`response.failed`, a policy (`bio_policy`), after half of the text": {
    sends: "`response.failed`，触发策略（`bio_policy`），文字已出现一半",
    gets: "已有的一半保留，错误只显示一次。",
  },
  "`response.failed`, quota used up, before any output": {
    sends: "`response.failed`，额度用完，还没有任何输出",
    gets: "变成 402：只显示一次，不再重试。",
  },
  "`error`, context length exceeded, before any output": {
    sends: "`error`，超出上下文长度，还没有任何输出",
    gets: "变成保留原错误代码的 400：OpenCode 压缩会话后继续。",
  },
  "`error`, server error, before any output": {
    sends: "`error`，服务器错误，还没有任何输出",
    gets: "变成 500，OpenCode 会重试。",
  },
  "`response.failed`, server error, after half of the text": {
    sends: "`response.failed`，服务器错误，文字已出现一半",
    gets: "换成 OpenCode 在这种情况下能看懂的错误形式，它会重试。已有的一半留在第二次回答的上面。",
  },
  "`response.failed`, server error, after half of the text, every time": {
    sends: "`response.failed`，服务器错误，每次都在文字出现一半之后",
    gets: finalAfterThree,
  },
  "`error` that quotes the key, after half of the text": {
    sends: "`error`，其中带有密钥，文字已出现一半",
    gets: "已有的一半保留，错误中的密钥会被去掉。",
  },
  "`error`, quota used up, after half of the text": {
    sends: "`error`，额度用完，文字已出现一半",
    gets: "已有的一半保留，错误只显示一次。",
  },
  "401": { sends: "401", gets: "只显示一次：网关的说明、URL 和解决办法（重新登录）。" },
  "200 with a JSON body that is an error": {
    sends: "200，内容却是一个 JSON 错误",
    gets: "显示这个错误，并给它合适的状态码：这里是 402，只显示一次。",
  },
  "429 with `retry-after: 1`": {
    sends: "429，带 `retry-after: 1`",
    gets: "说明和响应头都会传下去，OpenCode 到时再试。",
  },
  "429 with `retry-after: 1`, every time": {
    sends: "每次都是 429，带 `retry-after: 1`",
    gets: finalAfterThree,
  },
  "429 with `retry-after: 7200`": {
    sends: "429，带 `retry-after: 7200`",
    gets: "本轮结束，错误会写明什么时候再来。",
  },
  "500 with the code of a policy (`misalignment_policy_violation`)": {
    sends: "500，错误代码是策略类的（`misalignment_policy_violation`）",
    gets: "错误只显示一次。",
  },
  "413 with an HTML page (the body limit of a proxy)": {
    sends: "413 和一个 HTML 页面（代理的请求体上限）",
    gets: "写明请求体有多大、这是谁的上限；没有插件时，OpenCode 会不停地压缩会话再重试。",
  },
  "429 whose body is an event stream": {
    sends: "429，内容是事件流",
    gets: "显示其中的说明；`retry-after` 就是它写的时间。",
  },
  "502 whose body is an event stream": {
    sends: "502，内容是事件流",
    gets: "显示其中的说明；OpenCode 会重试。",
  },
  "403 whose body is JSON and an event stream, one after the other": {
    sends: "403，内容先是 JSON，后面接着事件流",
    gets: "只显示一次其中的说明。",
  },
  '403 `{"error": "code", "message": "…"}`': {
    sends: '403，`{"error": "code", "message": "…"}`',
    gets: shownOnce,
  },
  '403 `{"message": "…"}`': { sends: '403，`{"message": "…"}`', gets: shownOnce },
  '400 `{"detail": "…"}`': { sends: '400，`{"detail": "…"}`', gets: shownOnce },
  "403 in plain text": { sends: "403，纯文本", gets: "只显示一次这段文字。" },
  "520 with an HTML page": {
    sends: "520 和一个 HTML 页面",
    gets: "OpenCode 等待时显示页面标题，然后重试。不会去试别的路径：这个路径之前是通的。",
  },
  "404 that is about the usage limit": {
    sends: "404，说的是用量上限",
    gets: "变成 429，OpenCode 在错误所写的时间之后再试。",
    on2: "只显示一次，并写明额度恢复的时间。",
  },
  "404 that is about the model": {
    sends: "404，说的是模型",
    gets: "变成带原说明的 400，只显示一次：404 会让 OpenCode 一直重试。",
  },
  "403 that is about the balance (`用户额度不足`)": {
    sends: "403，说的是余额（`用户额度不足`）",
    gets: "只显示一次：网关的说明，以及需要在网关充值。",
  },
  "400 with nginx's page for `http://` to its HTTPS port": {
    sends: "400，nginx 的页面：用 `http://` 访问了它的 HTTPS 端口",
    gets: "显示页面标题，并说明基础 URL 要以 https:// 开头。不会去试别的路径。",
  },
  "400: encrypted reasoning that it cannot verify (the relay has switched accounts)": {
    sends: "400：无法验证加密的推理内容（中转站换了账号）",
    gets: "去掉推理内容后重试一次，会话继续。",
  },
  "400: unsupported parameter": {
    sends: "400：不支持某个参数",
    gets: "去掉该参数后重试一次；按基础 URL 记住（如果说明里提到模型，则只对该模型），下一轮不再发送它。",
  },
  "400: instructions are not valid, to other instructions than the official ones": {
    sends: "400：指令无效，而发送的不是官方指令",
    gets: "换成该模型的官方指令重试一次。",
  },
  "400: instructions are not valid, to the official ones": {
    sends: "400：指令无效，而发送的已经是官方指令",
    gets: "显示错误，以及需要修改的设置。",
  },
};
