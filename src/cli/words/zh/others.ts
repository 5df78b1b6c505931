/** 网关上的余额，以及其他网关。 */
import type { others as en } from "../en/others.ts";

export const others: typeof en = {
  balance: {
    title: "余额",
    doing: "正在查询余额",
    unknown: "未知",
    limits: "账户限额，来自它的应答",
    invalidAdvice: "请查看网关的密钥页面。",
    lowAdvice: "请在网关充值。",
  },
  gateways: {
    title: "其他网关",
    doing: "正在查看其他网关",
    only: "只有这一个网关",
    more: (count, off) =>
      `另有 ${count} 个可以替代${off ? '，但 "failover" 为 false 时不使用' : ""}`,
    bad: (count) => `有 ${count} 个无法使用`,
    badAdvice: (name) => `请用 --gateway ${name} 进一步检查。`,
    line: (name, said) => `${name}：${said}`,
    noKey: "没有密钥",
    models: (count) => `${count} 个模型`,
    answers: "有应答",
    refused: (status) => `拒绝了密钥（状态码 ${status}）`,
    noList: "有应答，没有模型列表",
  },
};
