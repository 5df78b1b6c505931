/** Plays faults before the real OpenCode, with the plugin in it or without. */

import { join } from "node:path";
import type { Language } from "../../../src/words/language.ts";
import { lastUserIndex, type TurnRequest, textsOf } from "../../gateway/request.ts";
import { startGateway } from "../../gateway/server.ts";
import type { Exchange, Gateway, Step } from "../../gateway/types.ts";
import { createGitHub } from "../github.ts";
import { isOpenCode2, openCodeVersion } from "../harness/binary.ts";
import { createHome, type Home } from "../harness/home.ts";
import { startHostV2 } from "../v2/host.ts";
import { officialModels } from "../v2/models-dev.ts";
import { type Conversation, type Seen, startHost } from "./host.ts";
import { type Fault, well } from "./types.ts";

export type Played = Seen & {
  /** Requests of the turns, whatever the path; the sessions have titles already. */
  readonly requests: number;
  /** Milliseconds from the first request to the end. */
  readonly ms: number;
  /** The turn went on when its time was over. */
  readonly endless: boolean;
};

export interface Theatre extends AsyncDisposable {
  /** @param limitMs after the first request, a turn that goes on is broken off. */
  play(fault: Fault, limitMs: number): Promise<Played>;
}

export type TheatreOptions = {
  readonly faults: readonly Fault[];
  /** The plugin's bundle; `undefined`: OpenCode alone, with `provider.openai.options`. */
  readonly bundle: string | undefined;
  /** Of OpenCode; the one tests run on when left out. Others are downloaded. */
  readonly version?: string;
  /** Of the plugin; English when left out. */
  readonly language?: Language;
};

/** A gateway with the project that is set to it. */
type Stage = { readonly gateway: Gateway; readonly project: string };

const key = "sk-test-0123456789";
/** One that OpenCode alone knows too. */
const model = "gpt-5.2";

export async function openTheatre(options: TheatreOptions): Promise<Theatre> {
  const { faults, bundle, version = openCodeVersion(), language = "en" } = options;
  await using stack = new AsyncDisposableStack();
  const github = stack.use(createGitHub());
  const made = stack.use(
    await createHome({ env: { ...github.env, OPENCODE_CODEX_LANG: language }, version }),
  );
  const home = isOpenCode2(version) && bundle === undefined ? await giveModels(made) : made;
  const host = stack.use(await (isOpenCode2(version) ? startHostV2(home) : startHost(home)));
  /** Stands in the user's message, so that the gateway knows what to do. */
  const marks = new Map(faults.map((fault, index) => [fault, `Fault ${index + 1}.`]));
  const counts = new Map<Fault, number>();

  function findFault({ kind, rawBody }: Exchange): Fault | undefined {
    if (kind !== "responses") return undefined;
    return faults.find((fault) => rawBody.includes(marks.get(fault) ?? ""));
  }

  async function createStage({ gateway: options, settings }: Fault["alone"] & {}): Promise<Stage> {
    const gateway = startGateway({
      key,
      // Where the plugin and OpenCode alone look first.
      responsesPath: ["/backend-api/codex/responses", "/v1/responses"],
      // OpenCode alone does not send what the Codex backend wants.
      strict: bundle !== undefined,
      brain: (turn) => (isOpenCode2(version) && summaryFor(turn)) || well,
      respond(turn, context) {
        const fault = findFault(context.exchange);
        if (fault === undefined) return undefined;
        const n = (counts.get(fault) ?? 0) + 1;
        counts.set(fault, n);
        return fault.answer({ n, turn, context });
      },
      ...options,
    });
    all.defer(gateway.close);
    const project = await home.project();
    const alone = { baseURL: `${gateway.url}/v1`, apiKey: key };
    await home.writeConfig(project, {
      // Copies of the project's files, taken at each step: of no use here, and slow.
      snapshot: false,
      // The project brings its own key: one of the user's would not go to a gateway of a project's.
      ...(bundle === undefined
        ? { provider: { openai: { options: alone } } }
        : {
            plugin: [[bundle, { baseURL: gateway.url, ...settings }]],
            provider: { openai: { options: { apiKey: key } } },
          }),
    });
    await host.warmUp(project);
    return { gateway, project };
  }

  /** For all faults but those that need a gateway of their own: starting a project takes seconds. */
  async function openShared(): Promise<Stage> {
    const stage = await createStage({});
    // From now on the endpoint is known, so that no fault is taken for a wrong one.
    const conversation = await host.converse(stage.project, model);
    await conversation.say("Hello.", AbortSignal.timeout(60_000));
    return stage;
  }

  const all = stack.move();
  let shared: Promise<Stage> | undefined;
  function stageOf({ alone }: Fault): Promise<Stage> {
    if (alone !== undefined) return createStage(alone);
    shared ??= openShared();
    return shared;
  }

  return {
    async play(fault, limitMs) {
      const { gateway, project } = await stageOf(fault);
      const conversation = await host.converse(project, model);
      const ofSession = (exchange: Exchange): boolean =>
        exchange.method === "POST" && Object.values(exchange.headers).includes(conversation.id);
      const requests = () => gateway.transcript.filter(ofSession);

      const stop = new AbortController();
      const ended = talk(conversation, `${marks.get(fault)} Hello.`, fault.prompts, stop.signal);
      await gateway.until(ofSession);
      const timer = setTimeout(() => stop.abort(), limitMs);
      if (fault.until === "OpenCode waits") await untilWaiting(conversation, stop);
      if (fault.until === "the user interrupts") {
        await gateway.until((exchange) => ofSession(exchange) && exchange.status === 200);
        await conversation.interrupt();
        await gateway.until((exchange) => ofSession(exchange) && exchange.closedByClient === true);
      }
      const endless = !(await ended) && fault.until === undefined;
      clearTimeout(timer);
      const ms = Date.now() - (requests()[0]?.at ?? 0);
      const seen = await conversation.look();
      const count = requests().length;
      await conversation.interrupt();
      return { ...seen, ms, endless, requests: count };
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** OpenCode 2 has no list of models of its own; the plugin needs none. */
async function giveModels(home: Home): Promise<Home> {
  const path = join(home.path, "models.json");
  await Bun.write(path, officialModels("http://127.0.0.1:1/v1"));
  return { ...home, env: { ...home.env, OPENCODE_MODELS_PATH: path } };
}

/** Whether all turns came to their end by themselves. */
async function talk(
  conversation: Conversation,
  text: string,
  prompts = 1,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for (let prompt = 0; prompt < prompts; prompt += 1) await conversation.say(text, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/** Looks until OpenCode says that it will ask again later, and breaks off. */
async function untilWaiting(conversation: Conversation, stop: AbortController): Promise<void> {
  while (!stop.signal.aborted && (await conversation.look()).waiting === undefined) {
    await Bun.sleep(100);
  }
  stop.abort();
}

/** OpenCode 2 takes the summary of a compaction only under the headings it names. */
function summaryFor(turn: TurnRequest): Step | undefined {
  const last = turn.input[lastUserIndex(turn)];
  const template = /<template>([\s\S]+)<\/template>/.exec(last ? textsOf(last).join("\n") : "");
  const headings = template?.[1]?.match(/^## .+$/gm);
  if (!headings) return undefined;
  return { kind: "text", text: headings.map((heading) => `${heading}\n${well.text}`).join("\n\n") };
}
