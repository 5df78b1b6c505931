/** What is left at the gateway, and the gateways beside it. */
export const others = {
  balance: {
    title: "Balance",
    doing: "asking what is left",
    unknown: "not known",
    limits: "limits of the account, as its answer says",
    invalidAdvice: "Look at the gateway's page of keys.",
    lowAdvice: "Top up at your gateway.",
  },
  gateways: {
    title: "Gateways",
    doing: "looking at the other gateways",
    only: "there is only this one",
    more: (count: number, off: boolean) =>
      `${count} more in place of this one${off ? ', not asked while "failover" is false' : ""}`,
    bad: (count: number): string =>
      count === 1 ? "one cannot be asked" : `${count} cannot be asked`,
    badAdvice: (name: string) => `Look closer with --gateway ${name}.`,
    line: (name: string, said: string) => `${name}: ${said}`,
    noKey: "no key",
    models: (count: number) => `${count} models`,
    answers: "answers",
    refused: (status: number) => `refused the key (status ${status})`,
    noList: "answers, and has no model list",
  },
};
