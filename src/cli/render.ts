/** Everything the program prints is made here. Pure: data in, text out. */
import { asString, isObject } from "../json.ts";
import { about } from "./about.ts";
import type { FixResult } from "./fix/apply.ts";
import type { GatewayRow } from "./gateways.ts";
import type { ModelRow } from "./models-view.ts";
import type { SettingRow } from "./settings-view.ts";
import type { StatusRow } from "./status.ts";
import type { Style } from "./style.ts";
import { padTo, textWidth, wrap } from "./text-width.ts";
import type { Report, Result, Runtime, Status } from "./types.ts";
import type { UsageRow } from "./usage.ts";
import { describeCause, findCause } from "./verdict.ts";
import type { CliWords } from "./words/words.ts";

const marks: Readonly<Record<Status, string>> = { ok: "✓", warn: "!", fail: "✗", skip: "-" };
const colours = { ok: "green", warn: "yellow", fail: "red", skip: "dim" } as const;

export type Look = {
  readonly style: Style;
  readonly words: CliWords;
  /** Shown as `~`: shorter, and the user's name stays out of what is pasted elsewhere. */
  readonly home: string;
  /** Columns of the terminal; nothing is wrapped where there is none. */
  readonly width: number | undefined;
};

const little = "  ";

/** Wraps a sentence that begins behind `taken` columns, and goes on at the margin. */
function flow(text: string, { width }: Pick<Look, "width">, taken = 0): string {
  return wrap(text, { width, taken, indent: "", little: "" });
}

/** Wraps what stands behind `column` columns, and goes on below itself. */
function hangAt(text: string, column: number, { width }: Pick<Look, "width">): string {
  return wrap(text, { width, taken: column, indent: " ".repeat(column), little });
}

export function renderDoctorHead({ style, words }: Look, runtime: Runtime): string {
  const { name, version, host } = runtime;
  const own = `${name} ${version}`;
  const where = host === undefined ? own : words.doctor.ofOpenCode(own, host);
  return `${style("bold", `${about.name} ${about.version}`)} ${style("dim", words.doctor.head(where))}\n\n`;
}

/** One check: what was found, more of it, and what to do. */
export function renderResult(result: Result, look: Look): string {
  const { style, home, words, width } = look;
  const { status, title, summary, details = [], advice } = result;
  const column = titleColumn(words);
  const indent = " ".repeat(column + 2);
  const hang = (text: string, behind = indent) =>
    wrap(shorten(text, home), { width, taken: textWidth(behind), indent, little });
  const head = `${style(colours[status], marks[status])} ${padTo(title, column)}`;
  const found = hang(summary);
  const said = status === "skip" ? style("dim", found) : found;
  const lines = [
    `${head}${said}`,
    ...details.map((line) => style("dim", indent + hang(line))),
    ...(advice === undefined ? [] : [`${indent}→ ${hang(advice, `${indent}→ `)}`]),
  ];
  // A part that is too long has left its line to the title alone.
  return `${lines
    .join("\n")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}

/** Wide enough for every title of the language. */
function titleColumn({ machine, opencode, network, requests, others }: CliWords): number {
  const groups: readonly (readonly unknown[])[] = [
    machine,
    opencode,
    network,
    requests,
    others,
  ].map((group) => Object.values(group));
  const titles = groups.flat().flatMap((entry) => titleOf(entry) ?? []);
  return Math.max(...titles.map(textWidth)) + 1;
}

function titleOf(entry: unknown): string | undefined {
  return isObject(entry) ? asString(entry.title) : undefined;
}

export function renderSummary(report: Report, look: Look): string {
  const { style, words, home } = look;
  const { results, ok } = report;
  const counts = (["ok", "warn", "fail", "skip"] as const).flatMap((status) => {
    const count = results.filter((result) => result.status === status).length;
    return count === 0 ? [] : [words.doctor.counts[status](count)];
  });
  const [text, more] = words.doctor.summary(!ok, counts);
  const cause = findCause(report);
  const verdict =
    cause === undefined ? "" : `${flow(shorten(describeCause(cause, words), home), look)}\n`;
  const behind = flow(more, look, textWidth(text));
  return `\n${style(ok ? "green" : "red", text)}${behind}\n${verdict}`;
}

export function renderFixes(
  fixes: readonly FixResult[],
  { words: { fix: words }, home, width, style }: Look,
): string {
  if (fixes.length === 0) return `\n${words.nothing}\n`;
  const lines = fixes.map(({ what, outcome, why }) => {
    const text = words.outcome[outcome](what, why);
    return wrap(shorten(text, home), { width, taken: 2, indent: "    ", little });
  });
  const again = fixes.some(({ outcome }) => outcome === "done") ? `\n${words.again}\n` : "";
  return `\n${style("bold", words.head)}\n${lines.map((line) => `  ${line}\n`).join("")}${again}`;
}

export function renderModels(rows: readonly ModelRow[], note: string, look: Look): string {
  const { style, words } = look;
  const { tokens, noEfforts } = words.models;
  const width = Math.max(...rows.map(({ id }) => id.length)) + 2;
  const lines = rows.map(({ id, efforts, context }) => {
    const window = context === undefined ? "" : tokens(context);
    const known = efforts.length === 0 ? noEfforts : efforts.join(" ");
    return `${plain(id).padEnd(width)}${padTo(window, 18)}${hangAt(known, width + 18, look)}`;
  });
  const head = flow(plain(note), look);
  return `${style("dim", head)}\n\n${lines.join("\n")}\n`;
}

export function renderGateways(rows: readonly GatewayRow[], look: Look): string {
  const { style, home, words } = look;
  const { none, noKey, keyFrom } = words.gateways;
  if (rows.length === 0) return `${none}\n`;
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  const lines = rows.map(({ name, baseURL, key }, index) => {
    const source = key === undefined ? noKey : keyFrom(shorten(key, home));
    const place = `${index + 1}. ${plain(name).padEnd(width)}${plain(baseURL)}`;
    return `${place}\n${" ".repeat(width + 3)}${style("dim", hangAt(source, width + 3, look))}`;
  });
  return `${lines.join("\n")}\n`;
}

export function renderStatus(rows: readonly StatusRow[], look: Look, now: number): string {
  const { style } = look;
  const {
    status: words,
    usage: { none },
  } = look.words;
  if (rows.length === 0) return `${none}\n`;
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  const lines = rows.flatMap(({ name, baseURL, state, why, until, answeredAt }) => {
    const rest = until === undefined ? "" : words.rest(durationOf(until - now), why ?? "");
    const last = answeredAt === undefined ? "" : words.answered(durationOf(now - answeredAt));
    return [
      plain(name).padEnd(width) + hangAt(`${words.state[state]}${rest}${last}`, width, look),
      style("dim", " ".repeat(width) + plain(baseURL)),
    ];
  });
  return `${lines.join("\n")}\n`;
}

/** Roughly. */
function durationOf(ms: number): readonly [amount: number, unit: "second" | "minute" | "hour"] {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return [seconds, "second"];
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? [minutes, "minute"] : [Math.round(minutes / 60), "hour"];
}

export function renderUsage(rows: readonly UsageRow[], look: Look): string {
  const { style, words } = look;
  const width = Math.max(0, ...rows.map(({ gateway }) => gateway.length)) + 2;
  const indent = " ".repeat(width);
  const hang = (text: string) => hangAt(plain(text), width, look);
  const lines = rows.flatMap(({ gateway, summary, details }) => [
    plain(gateway).padEnd(width) + hang(summary),
    ...details.map((line) => style("dim", indent + hang(line))),
  ]);
  return lines.length === 0 ? `${words.usage.none}\n` : `${lines.join("\n")}\n`;
}

export type ConfigView = {
  readonly settings: readonly SettingRow[];
  readonly problems: readonly string[];
  readonly lookedIn: readonly string[];
  readonly credential: string;
  readonly plugin: string;
};

export function renderConfig(view: ConfigView, look: Look): string {
  const { style, home, words: all } = look;
  const words = all.config;
  const labels = Math.max(textWidth(words.key), textWidth(words.plugin)) + 2;
  const { settings, problems, lookedIn, credential, plugin } = view;
  const width = Math.max(0, ...settings.map(({ name }) => name.length)) + 2;
  const hang = (text: string, column: number) => hangAt(shorten(text, home), column, look);
  const rows = settings.map(
    ({ name, shown, source }) =>
      `${name.padEnd(width)}${hang(shown, width)}\n${" ".repeat(width)}${style("dim", hang(source, width))}`,
  );
  const lines = [
    rows.length === 0 ? words.none : rows.join("\n"),
    "",
    padTo(words.key, labels) + hang(credential, labels),
    padTo(words.plugin, labels) + hang(plugin, labels),
    "",
    style("dim", words.lookedIn),
    ...lookedIn.map((place) => style("dim", `  ${hang(place, 2)}`)),
    ...problems.map((problem) => `${style("red", "✗")} ${hang(problem, 2)}`),
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

function shorten(text: string, home: string): string {
  return home.length > 1 ? plain(text).replaceAll(`${home}/`, "~/") : plain(text);
}

/** What servers say goes to a terminal: nothing in it may move the cursor or open a new line. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, " ");
}
