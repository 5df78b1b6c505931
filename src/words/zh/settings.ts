/** 简体中文：设置，以及设置所在的文件。 */
import type { SyntaxFault } from "../../settings/jsonc.ts";
import type { Words } from "../words.ts";

const syntax: Readonly<Record<SyntaxFault, string>> = {
  InvalidSymbol: "有没加引号的文字，或不该出现的符号",
  InvalidNumberFormat: "数字格式不对",
  PropertyNameExpected: "缺少带引号的名称",
  ValueExpected: "缺少值",
  ColonExpected: "缺少冒号",
  CommaExpected: "缺少逗号",
  CloseBraceExpected: "缺少右花括号 }",
  CloseBracketExpected: "缺少右方括号 ]",
  EndOfFileExpected: "结尾之后还有内容",
  InvalidCommentToken: "注释格式不对",
  UnexpectedEndOfComment: "注释没有结尾",
  UnexpectedEndOfString: "文本缺少右引号",
  UnexpectedEndOfNumber: "数字不完整",
  InvalidUnicode: "\\u 后面的字符编码不对",
  InvalidEscapeCharacter: "\\ 后面的字符不该出现",
  InvalidCharacter: "有控制字符",
};

export const whyUnreadable: Words["whyUnreadable"] = (why) => {
  if (why.type === "syntax") return `第 ${why.line} 行：${syntax[why.code]}`;
  return why.type === "not_opened" ? (why.code ?? "无法打开") : "内容不符合要求";
};

export const originNotTrusted: Words["originNotTrusted"] = {
  happened: ({ origin, source, key }) =>
    `网关 ${origin} 只由项目里的文件 ${source} 指定，而密钥（${key}）不是为它输入的，因此没有发送任何内容。`,
  advice: ({ origin, settingsFile }) =>
    `如果可以把这个密钥交给该网关，请在 ${settingsFile} 中写入 "trustedOrigins": ["${origin}"]；否则请从项目的文件中删除这个基础 URL。`,
};

export const setting: Words["setting"] = {
  problem: ({ source, field, found, allowed, meant }) => {
    const place = field === "" ? source : `${source}："${field}"`;
    if (meant !== undefined) return `${place} ${found}；是不是想写 "${meant}"？`;
    return `${place} 现在是 ${found}；应为 ${allowed}。`;
  },
  found: {
    unreadable: (why) => `无法读取的内容（${whyUnreadable(why)}）`,
    list: "一个列表",
    object: "一个对象",
    nothing: "不是已知的设置",
    otherText: "不允许的文本",
  },
  allowed: {
    url: "完整的 http(s) URL",
    exampleURL: "完整的 http(s) URL，例如 https://gateway.example",
    urlWithoutUser: "不含用户名和密码的 URL",
    urlWithoutQuery: "不含查询（?）和片段（#）的 URL",
    path: "路径",
    examplePath: "以 / 开头的路径，例如 /v1/responses",
    text: "文本",
    headerValue: "由拉丁字符组成、不含换行的文本",
    headers: "由请求头名称和文本组成的对象",
    headerNames: "键为合法请求头名称的对象",
    otherThanAuthorization: "authorization 以外的请求头：密钥来自登录",
    instructions: '"codex"、"builtin"、"none"，或一个文本文件的路径，例如 ~/my-codex.md',
    flag: "true 或 false",
    switch: "1、0、true 或 false",
    models: '"gateway" 或 "all"',
    multiplier: '0 到 1000 之间的数字，或按模型写出这种数字的对象，其他模型用 "*"',
    model: "模型名称",
    language: '"en" 或 "zh"',
    seconds: "1 到 86400 之间的秒数",
    context: '"max"（只有这一个值）',
    object: "一个对象",
    origin: "源（origin），即 http(s)://、主机和端口，例如 https://gateway.example",
    origins: "由源（origin）组成的列表",
    count: "不小于 0 的数字",
    gatewayName:
      '由 1 到 40 个字母、数字、"."、"_"、"-" 组成的名称，以字母或数字开头，且不能是 "main"',
    variable: "环境变量的名称，例如 RELAY_API_KEY",
    modelIds: "由模型 id 组成的列表",
    gateways: "由网关组成的列表",
    uniqueNames: "名称不重复的列表",
    name: "名称",
    names: "由网关名称组成的列表",
    provider: '由 1 到 40 个小写字母、数字、"_"、"-" 组成的名称，且不能是 "openai"，例如 relay2',
    ownFile: "本程序写入的内容",
  },
  otherThanConnection: (headers) => `与连接本身无关的请求头，以下除外：${headers.join("、")}`,
  mendKeys: (path, why) => `无法读取 ${path}：${whyUnreadable(why)}。请修正或删除它。`,
};
