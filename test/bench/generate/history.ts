/** Request bodies as the host sends them late in a session: turns of reasoning, calls and answers. */
import { createRandom, type Random } from "../../support/random.ts";
import { createCiphertext, createText } from "./text.ts";

type Item = Readonly<Record<string, unknown>>;

const tools = ["apply_patch", "bash", "glob", "grep", "read", "skill", "task", "todowrite"].map(
  (name) => ({
    type: "function",
    name,
    description: `Runs ${name} in the user's project and returns what it printed.`,
    parameters: {
      type: "object",
      properties: { path: { type: "string" }, command: { type: "string" } },
      additionalProperties: false,
    },
  }),
);

export type HistoryOptions = {
  readonly seed: number;
  /** Size of the JSON in UTF-8, met exactly; at least 4,096. */
  readonly bytes: number;
  /** The host asks for a stream. Default true. */
  readonly stream?: boolean;
};

/** The JSON of a request whose history makes up most of it. */
export function createHistory({ seed, bytes, stream = true }: HistoryOptions): string {
  const random = createRandom(seed);
  const input: Item[] = [{ role: "developer", content: createText(random, 500) }];
  const question = { role: "user", content: [{ type: "input_text", text: "" }] };
  let left = bytes - sizeOf(bodyOf([...input, question], stream));
  for (let round = 0; ; round++) {
    const items = createRound(random, round);
    const size = items.reduce((sum, item) => sum + sizeOf(item) + ",".length, 0);
    if (size > left) break;
    input.push(...items);
    left -= size;
  }
  // The last message fills what is left to the byte.
  const last = { role: "user", content: [{ type: "input_text", text: "?".repeat(left) }] };
  return JSON.stringify(bodyOf([...input, last], stream));
}

function bodyOf(input: readonly Item[], stream: boolean): Item {
  return {
    model: "gpt-5.1-codex",
    input,
    tools,
    tool_choice: "auto",
    reasoning: { effort: "high", summary: "auto" },
    store: false,
    include: ["reasoning.encrypted_content"],
    prompt_cache_key: "ses_benchmark",
    stream,
  };
}

/** One step of an agent; every sixth begins with a question and ends with an answer. */
function createRound(random: Random, round: number): Item[] {
  const call_id = `call_${round}`;
  const asks = round % 6 === 0;
  return [
    ...(asks ? [message("user", "input_text", createText(random, 200))] : []),
    {
      type: "reasoning",
      id: `rs_${round}`,
      summary: [{ type: "summary_text", text: createText(random, 150) }],
      encrypted_content: createCiphertext(random, 600 + random.int(1_200)),
    },
    {
      type: "function_call",
      id: `fc_${round}`,
      call_id,
      name: random.pick(tools).name,
      arguments: JSON.stringify({ command: createText(random, 80) }),
    },
    { type: "function_call_output", call_id, output: createText(random, random.int(6_000)) },
    ...(asks ? [message("assistant", "output_text", createText(random, 800))] : []),
  ];
}

function message(role: string, type: string, text: string): Item {
  return { role, content: [{ type, text }], ...(role === "assistant" && { id: "msg_answer" }) };
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
