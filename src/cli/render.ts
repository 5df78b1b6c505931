/** Everything the program prints is made here. Pure: data in, text out. */
import { about } from "./about.ts";
import type { GatewayRow } from "./gateways.ts";
import type { ModelRow } from "./models-view.ts";
import type { SettingRow } from "./settings-view.ts";
import type { StatusRow } from "./status.ts";
import type { Style } from "./style.ts";
import type { Report, Result, Runtime, Status } from "./types.ts";
import type { UsageRow } from "./usage.ts";

const marks: Readonly<Record<Status, string>> = { ok: "✓", warn: "!", fail: "✗", skip: "-" };
const colours = { ok: "green", warn: "yellow", fail: "red", skip: "dim" } as const;

export type Look = {
  readonly style: Style;
  /** Shown as `~`: shorter, and the user's name stays out of what is pasted elsewhere. */
  readonly home: string;
};

const titleWidth = 13;
const indent = " ".repeat(titleWidth + 2);

export function renderDoctorHead({ style }: Look, { name, version }: Runtime): string {
  return `${style("bold", `${about.name} ${about.version}`)} ${style("dim", `(doctor, on ${name} ${version})`)}\n\n`;
}

/** One check: what was found, more of it, and what to do. */
export function renderResult(result: Result, { style, home }: Look): string {
  const { status, title, summary, details = [], advice } = result;
  const head = `${style(colours[status], marks[status])} ${title.padEnd(titleWidth)}`;
  const found = shorten(summary, home);
  const said = status === "skip" ? style("dim", found) : found;
  const lines = [
    `${head}${said}`,
    ...details.map((line) => style("dim", indent + shorten(line, home))),
    ...(advice === undefined ? [] : [`${indent}→ ${plain(advice)}`]),
  ];
  return `${lines.join("\n")}\n`;
}

export function renderSummary({ results, ok }: Report, { style }: Look): string {
  const count = (status: Status) => results.filter((result) => result.status === status).length;
  const parts = [
    `${count("ok")} fine`,
    `${count("warn")} to look at`,
    `${count("fail")} failed`,
    `${count("skip")} not checked`,
  ].filter((part) => !part.startsWith("0 "));
  const text = ok ? "Nothing is broken" : "Something is broken";
  return `\n${style(ok ? "green" : "red", text)}: ${parts.join(", ")}.\n`;
}

export function renderModels(rows: readonly ModelRow[], note: string, { style }: Look): string {
  const width = Math.max(...rows.map(({ id }) => id.length)) + 2;
  const lines = rows.map(({ id, efforts, context }) => {
    const window = context === undefined ? "" : `${context.toLocaleString("en")} tokens`;
    const words = efforts.length === 0 ? "no efforts known" : efforts.join(" ");
    return `${plain(id).padEnd(width)}${window.padEnd(18)}${words}`;
  });
  return `${style("dim", plain(note))}\n\n${lines.join("\n")}\n`;
}

export function renderGateways(rows: readonly GatewayRow[], { style, home }: Look): string {
  if (rows.length === 0) {
    return 'No gateway is configured. "gateways add" adds one, and so does "opencode auth login".\n';
  }
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  const lines = rows.map(({ name, baseURL, key }, index) => {
    const source = key === undefined ? "no key" : `key from ${shorten(key, home)}`;
    const place = `${index + 1}. ${plain(name).padEnd(width)}${plain(baseURL)}`;
    return `${place}\n${" ".repeat(width + 3)}${style("dim", source)}`;
  });
  return `${lines.join("\n")}\n`;
}

const states: Readonly<Record<StatusRow["state"], string>> = {
  first: "asked first",
  ready: "ready",
  resting: "resting",
  "no key": "no key",
  off: "not in use (failover is off)",
};

export function renderStatus(rows: readonly StatusRow[], { style }: Look, now: number): string {
  if (rows.length === 0) return "No gateway is configured.\n";
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  const lines = rows.flatMap(({ name, baseURL, state, why, until, answeredAt }) => {
    const rest = until === undefined ? "" : ` for ${describeTime(until - now)} more: ${why}`;
    const last = answeredAt === undefined ? "" : `, answered ${describeTime(now - answeredAt)} ago`;
    return [
      `${plain(name).padEnd(width)}${states[state]}${rest}${last}`,
      style("dim", " ".repeat(width) + plain(baseURL)),
    ];
  });
  return `${lines.join("\n")}\n`;
}

function describeTime(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

export function renderUsage(rows: readonly UsageRow[], { style }: Look): string {
  const width = Math.max(0, ...rows.map(({ gateway }) => gateway.length)) + 2;
  const lines = rows.flatMap(({ gateway, summary, details }) => [
    `${plain(gateway).padEnd(width)}${plain(summary)}`,
    ...details.map((line) => style("dim", " ".repeat(width) + plain(line))),
  ]);
  return lines.length === 0 ? "No gateway is configured.\n" : `${lines.join("\n")}\n`;
}

export type ConfigView = {
  readonly settings: readonly SettingRow[];
  readonly problems: readonly string[];
  readonly lookedIn: readonly string[];
  readonly credential: string;
  readonly plugin: string;
};

export function renderConfig(view: ConfigView, { style, home }: Look): string {
  const { settings, problems, lookedIn, credential, plugin } = view;
  const width = Math.max(0, ...settings.map(({ name }) => name.length)) + 2;
  const rows = settings.map(
    ({ name, shown, source }) =>
      `${name.padEnd(width)}${plain(shown)}\n${" ".repeat(width)}${style("dim", shorten(source, home))}`,
  );
  const lines = [
    rows.length === 0 ? "No setting has a value; the defaults apply." : rows.join("\n"),
    "",
    `Key     ${shorten(credential, home)}`,
    `Plugin  ${shorten(plugin, home)}`,
    "",
    style("dim", "The base URL is looked for, in this order:"),
    ...lookedIn.map((place) => style("dim", `  ${shorten(place, home)}`)),
    ...problems.map((problem) => `${style("red", "✗")} ${plain(problem)}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** What a terminal might obey is escaped: `JSON.stringify` does so below U+0020 only. */
export function renderJson(value: unknown): string {
  const json = JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu,
    (found) => found.split("").map(escapeUnit).join(""),
  );
  return `${json}\n`;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

export const help = `${about.name} ${about.version}

Looks at what the OpenCode plugin of this name finds on this machine and at its gateway.

  doctor    check settings, OpenCode, network, gateway, key and models, and say what to do
  models    list the models the gateway serves
  config    show the settings in force and where each comes from
  gateways  list gateways; add [NAME] [URL], key NAME, remove NAME, rename OLD NEW, order NAMES, use NAME
  import    take over a gateway from the Codex CLI's files, or from a link: import ccswitch://…
  status    show which gateway answers, and which ones rest
  usage     ask each gateway what is left of money, tokens or limits

  --json          print one JSON document
  --model NAME    doctor: the model to ask, such as gpt-5.1-codex-high
  --gateway NAME  doctor, models, usage: the gateway to look at
  --key-env NAME  gateways add: the environment variable that holds the key
  -y, --yes       gateways remove, import: do not ask
  -h, --help      print this
  -v, --version   print the version

Run it in the folder you start OpenCode in. The doctor sends three short requests to the gateway,
which cost what such requests cost there. Exit code: 0 when nothing failed, 1 when something did,
2 when the command was not understood, 130 when it was stopped.
`;

function shorten(text: string, home: string): string {
  return home.length > 1 ? plain(text).replaceAll(`${home}/`, "~/") : plain(text);
}

/** What servers say goes to a terminal: nothing in it may move the cursor or open a new line. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, " ");
}
