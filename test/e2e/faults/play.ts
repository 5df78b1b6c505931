/** Plays faults before the real OpenCode, with the plugin in it or without. */
import { startGateway } from "../../gateway/server.ts";
import type { Exchange, Gateway } from "../../gateway/types.ts";
import { createGitHub } from "../github.ts";
import { createHome } from "../harness/home.ts";
import { type Conversation, type Host, type Seen, startHost } from "./host.ts";
import { type Fault, well } from "./types.ts";

export type Played = Seen & {
  /** Requests to the gateway, whatever the path; none of them is for a title. */
  readonly requests: number;
  readonly ms: number;
  /** The turn went on when its time was over. */
  readonly endless: boolean;
};

export interface Theatre extends AsyncDisposable {
  /** @param limitMs after which a turn that goes on is broken off. */
  play(fault: Fault, limitMs: number): Promise<Played>;
}

export type TheatreOptions = {
  readonly faults: readonly Fault[];
  /** The plugin's bundle; `undefined`: OpenCode alone, with `provider.openai.options`. */
  readonly bundle: string | undefined;
};

const key = "sk-test-0123456789";
const model = "gpt-5.2";
/** Where OpenCode alone and the plugin look for the API of a healthy gateway. */
const responsesPath = ["/backend-api/codex/responses", "/v1/responses"];

/** A gateway with the project that is set to it. */
type Stage = { readonly gateway: Gateway; readonly project: string };

export async function openTheatre({ faults, bundle }: TheatreOptions): Promise<Theatre> {
  const stack = new AsyncDisposableStack();
  const github = stack.use(createGitHub());
  const home = stack.use(await createHome({ env: github.env }));
  if (bundle !== undefined) await home.writeCredential({ type: "api", key });
  const host: Host = stack.use(await startHost(home));
  /** The fault stands in the user's message. */
  const marks = new Map(faults.map((fault, index) => [fault, `Fault ${index + 1}.`]));
  const counts = new Map<Fault, number>();
  const of = (fault: Fault, { rawBody }: Exchange): boolean =>
    rawBody.includes(marks.get(fault) ?? "");

  async function createStage({ gateway: options, settings }: NonNullable<Fault["alone"]>) {
    const gateway = startGateway({
      key,
      responsesPath,
      // OpenCode alone does not send what the Codex backend wants.
      strict: bundle !== undefined,
      brain: () => well,
      respond(turn, context) {
        const fault = faults.find((candidate) => of(candidate, context.exchange));
        if (fault === undefined || context.exchange.kind !== "responses") return undefined;
        const n = (counts.get(fault) ?? 0) + 1;
        counts.set(fault, n);
        return fault.answer({ n, turn, context });
      },
      ...options,
    });
    stack.defer(gateway.close);
    const project = await home.project();
    const alone = { baseURL: `${gateway.url}/v1`, apiKey: key };
    await home.writeConfig(project, {
      // Copies of the project's files after each step: of no use here, and slow.
      snapshot: false,
      ...(bundle === undefined
        ? { provider: { openai: { options: alone } } }
        : { plugin: [[bundle, { baseURL: gateway.url, ...settings }]] }),
    });
    return { gateway, project };
  }

  let shared: Promise<Stage> | undefined;
  /** Its instance of the plugin has found the endpoint, so that no fault is taken for a wrong one. */
  async function openShared(): Promise<Stage> {
    const stage = await createStage({});
    const conversation = await host.converse(stage.project, model);
    await conversation.say("Hello.", AbortSignal.timeout(60_000));
    return stage;
  }

  return {
    async play(fault, limitMs) {
      shared ??= fault.alone === undefined ? openShared() : shared;
      const stage = fault.alone === undefined ? await shared : await createStage(fault.alone);
      if (stage === undefined) throw new Error("There is no stage.");
      const { gateway, project } = stage;
      const conversation = await host.converse(project, model);
      const started = performance.now();
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), limitMs);
      const say = async () => {
        for (let prompt = 0; prompt < (fault.prompts ?? 1); prompt += 1) {
          await conversation.say(`${marks.get(fault)} Hello.`, stop.signal);
        }
        return true;
      };
      // What it rejects with when it is broken off is known.
      const said = say().catch((error: unknown) => {
        if (stop.signal.aborted) return false;
        throw error;
      });
      if (fault.until === "OpenCode waits") await untilWaiting(conversation, stop.signal);
      if (fault.until === "OpenCode waits") stop.abort();
      if (fault.until === "the user interrupts") {
        await interruptInText(conversation, (exchange) => of(fault, exchange), gateway);
      }
      const ended = await said;
      clearTimeout(timer);
      const ms = performance.now() - started;
      const seen = await conversation.look();
      if (!ended) await conversation.interrupt();
      const requests = gateway.transcript.filter(
        (exchange) => exchange.method === "POST" && of(fault, exchange),
      );
      return { ...seen, requests: requests.length, ms, endless: !ended && fault.until === undefined };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** OpenCode tells on which side of a pause it is only when asked. */
async function untilWaiting(conversation: Conversation, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await conversation.look()).waiting === undefined) {
    await Bun.sleep(100);
  }
}

/** Presses escape once text is there, and waits until the gateway has noticed. */
async function interruptInText(
  conversation: Conversation,
  wanted: (exchange: Exchange) => boolean,
  gateway: Gateway,
): Promise<void> {
  while ((await conversation.look()).texts.length === 0) await Bun.sleep(100);
  await conversation.interrupt();
  await gateway.until((exchange) => wanted(exchange) && exchange.closedByClient === true);
}
