/** The way of a request, as a picture for the pages of the documentation. */

type Words = {
  readonly title: string;
  readonly host: readonly string[];
  readonly prepare: readonly string[];
  readonly send: readonly string[];
  readonly finish: readonly string[];
  readonly gateway: readonly string[];
  readonly settings: readonly string[];
  readonly instructions: readonly string[];
  readonly memory: readonly string[];
  readonly request: string;
  readonly answer: string;
  readonly plugin: string;
};

const tables: Readonly<Record<"en" | "zh", Words>> = {
  en: {
    title: "The way of a request",
    host: ["OpenCode", "asks api.openai.com,", "it believes"],
    prepare: ["prepare", "model and effort", "instructions, tools", "headers, key"],
    send: ["send", "finds the endpoint", "one repair at most"],
    finish: ["finish", "errors that end a turn", "endings made good", "three tries a step"],
    gateway: ["your gateway", "…/responses", "Bearer key, SSE"],
    settings: ["settings and login", "base URL, key"],
    instructions: ["Codex's instructions", "GitHub, once, then a file"],
    memory: ["what was learned", "endpoint, refusals"],
    request: "request",
    answer: "answer",
    plugin: "the plugin",
  },
  zh: {
    title: "一个请求走过的路",
    host: ["OpenCode", "以为自己在请求", "api.openai.com"],
    prepare: ["准备", "模型与推理强度", "指令、工具", "请求头、密钥"],
    send: ["发送", "自动找到接口路径", "最多修补一次"],
    finish: ["收尾", "该结束的错误就结束", "补全不完整的结尾", "每步最多三次请求"],
    gateway: ["你的网关", "…/responses", "Bearer 密钥，SSE"],
    settings: ["设置与登录", "基础 URL、密钥"],
    instructions: ["Codex 的指令", "从 GitHub 下载一次，存成文件"],
    memory: ["学到的信息", "接口路径、被拒参数"],
    request: "请求",
    answer: "回答",
    plugin: "插件",
  },
};

const ink = "#24262f";

export function drawWay(language: keyof typeof tables): string {
  const say = tables[language];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 330" width="860" height="330" role="img" aria-label="${say.title}" font-family="system-ui, 'Noto Sans CJK SC', sans-serif" font-size="13" fill="${ink}">`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#5b6072"/></marker></defs>',
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    `<rect x="200" y="20" width="440" height="180" rx="10" fill="#eef2fb" stroke="#c5cfe6"/>`,
    `<text x="420" y="40" text-anchor="middle" font-weight="bold">${say.plugin}</text>`,
    box(20, 70, 140, say.host, "#ffffff"),
    box(214, 55, 140, say.prepare, "#ffffff"),
    box(367, 55, 130, say.send, "#ffffff"),
    box(510, 55, 118, say.finish, "#ffffff", 11),
    box(690, 70, 150, say.gateway, "#ffffff"),
    box(200, 240, 140, say.settings, "#f7f3e8"),
    box(352, 240, 180, say.instructions, "#f7f3e8", 12),
    box(544, 240, 140, say.memory, "#f7f3e8"),
    line("M160 95H212"),
    line("M354 95H365"),
    line("M432 130V170H660V115H688", say.request, 560, 185),
    line("M690 85H630", say.answer, 660, 78),
    line("M569 147V218H90V152", say.answer, 150, 212),
    line("M270 240V152"),
    line("M420 240V196L330 150"),
    line("M614 240V200L480 133"),
    "</svg>",
    "",
  ].join("\n");
}

function box(
  x: number,
  y: number,
  width: number,
  lines: readonly string[],
  fill: string,
  size = 12.5,
): string {
  const height = 24 + lines.length * 17;
  const rows = lines.map(
    (text, index) =>
      `<text x="${x + width / 2}" y="${y + 24 + index * 17}" text-anchor="middle" font-size="${size}"${index === 0 ? ' font-weight="bold"' : ' fill="#5b6072"'}>${text}</text>`,
  );
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${fill}" stroke="#9aa3b8"/>`,
    ...rows,
  ].join("\n");
}

function line(path: string, said?: string, x = 0, y = 0): string {
  const drawn = `<path d="${path}" fill="none" stroke="#5b6072" stroke-width="1.4" marker-end="url(#tip)"/>`;
  return said === undefined
    ? drawn
    : `${drawn}\n<text x="${x}" y="${y}" text-anchor="middle" font-size="11" fill="#5b6072">${said}</text>`;
}
