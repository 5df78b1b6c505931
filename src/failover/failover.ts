/**
 * Several gateways as one: each request goes to the first that is well, and to the next where that one
 * fails before it has answered. Each gateway makes its own request, with its own key and headers, so
 * nothing of one can get to another but what the host itself sent.
 */
import * as v from "valibot";
import type { Watch } from "../exchange.ts";
import { failureResponse } from "../failure.ts";
import type { Gateway, GatewayRequest } from "../gateway.ts";
import { asString, type JsonObject, parseJson } from "../json.ts";
import { findSession } from "../request/headers.ts";
import { parseBody } from "../request/prepare.ts";
import { createTurns, identifyTurn, type Turn } from "../request/turn.ts";
import { errorResponse } from "../response/errors.ts";
import type { Tries } from "../tries.ts";
import { words } from "../words/current.ts";
import { joinSentences } from "../words/sentences.ts";
import type { Accounts } from "./accounts.ts";
import { chooseNext } from "./choose.ts";
import { type Fault, faultOf } from "./policy.ts";
import type { FailoverState, Member } from "./state.ts";
import { createTrail, type Move } from "./trail.ts";

export type FailoverMember = Member & {
  readonly gateway: Gateway;
  /** Whether it serves what a request calls its model; true where nobody knows. */
  readonly serves: (model: string) => boolean;
};

export type FailoverOptions = {
  /** In the user's order; at least one. */
  readonly members: readonly [FailoverMember, ...FailoverMember[]];
  readonly state: FailoverState;
  readonly accounts: Accounts;
  /** Shared by the members. */
  readonly tries: Tries;
  /** Milliseconds without a first byte, after which the next one is asked. */
  readonly firstByteTimeoutMs: number;
  /** Told once for each change. */
  readonly onMove: (move: Move) => void;
  readonly debug: (message: string) => void;
};

/** What came of asking one gateway. */
type Attempt = { readonly type: "answered"; readonly response: Response } | Failed;

type Failed = {
  readonly type: "failed";
  readonly fault: Fault;
  /** Seconds that it asks to wait. */
  readonly wait: number | undefined;
  /** What the host would get to see; nothing of a gateway that said nothing. */
  readonly response: Response | undefined;
};

export function createFailover(options: FailoverOptions): Gateway {
  const { members, state, accounts, tries, debug } = options;
  const { follow } = createTurns();
  const trail = createTrail();

  async function handle(request: GatewayRequest, watch: Watch = {}): Promise<Response> {
    const parsed = parseBody(request.body);
    // Nobody could read it: the first says so.
    if (parsed === undefined) return members[0].gateway.handle(request, watch);
    const key = asString(parsed.prompt_cache_key);
    const found = identifyTurn(findSession(request.headers, key), parsed);
    const turn = follow(found, request.hints?.repeats);
    await noteAccounts(parsed, turn);
    return walk({ ...request, parsed, turn }, turn, watch);
  }

  async function noteAccounts(body: JsonObject, { session }: Turn): Promise<void> {
    if (session === undefined) return;
    accounts.note(body, trail.answered(session) ?? (await state.accountOf(session, members)));
  }

  async function walk(request: GatewayRequest, turn: Turn, watch: Watch): Promise<Response> {
    // Each gateway takes a small model of its own.
    const model = request.hints?.anyModel ? undefined : (asString(request.parsed?.model) ?? "");
    const candidates = members.map(({ name, serves }) => ({
      name,
      serves: model === undefined || serves(model),
    }));
    const asked = new Set<string>();
    // Each is asked once; when the host asks again for what all have failed, one more.
    const fresh = tries.made(turn) === 0;
    let failed: Failed | undefined;
    for (;;) {
      const resting = await state.resting(members);
      const failing = trail.failing(turn);
      const choose = (without: ReadonlySet<string>, pinned?: string) =>
        chooseNext({ candidates, resting, asked: without, failed: failing, pinned });
      const name = choose(asked, trail.of(turn));
      const member = members.find((one) => one.name === name);
      const left = fresh ? Number.POSITIVE_INFINITY : tries.most - tries.made(turn);
      if (member === undefined || (failed !== undefined && left <= 0))
        return giveUp(failed, failing);
      const alone = left <= 1 || choose(new Set(asked).add(member.name)) === undefined;
      const attempt = await ask(member, request, { turn, watch, alone });
      if (attempt.type === "answered") {
        const home = candidates.find(({ serves }) => serves)?.name ?? member.name;
        const move = attempt.response.ok ? trail.arrive(member.name, home, resting) : undefined;
        if (move !== undefined) options.onMove(move);
        return attempt.response;
      }
      void failed?.response?.body?.cancel().catch(() => {});
      failed = attempt;
      asked.add(member.name);
      trail.fail(member.name, turn, attempt.fault);
      debug(`gateway ${member.name} failed: ${attempt.fault}`);
      await state.fail(member, attempt.fault, attempt.wait);
    }
  }

  async function ask(
    member: FailoverMember,
    request: GatewayRequest,
    { turn, watch, alone }: { turn: Turn; watch: Watch; alone: boolean },
  ): Promise<Attempt> {
    const silence = new AbortController();
    const timer = alone
      ? undefined
      : setTimeout(() => silence.abort(new Error("no first byte")), options.firstByteTimeoutMs);
    const signal = request.signal
      ? AbortSignal.any([request.signal, silence.signal])
      : silence.signal;
    let fault: Fault | undefined;
    let wait: number | undefined;
    const watched: Watch = {
      onFirstByte() {
        clearTimeout(timer);
        watch.onFirstByte?.();
      },
      onOutcome(last) {
        fault = faultOf(last);
        wait = !("type" in last) && last.outcome.type === "refused" ? last.outcome.wait : undefined;
        watch.onOutcome?.(last);
      },
      onComplete() {
        trail.complete(member.name, turn);
        void state.succeed(member, turn.loops ? turn.session : undefined);
        watch.onComplete?.();
      },
      onBroken() {
        // The host asks again, and had better ask another one.
        trail.fail(member.name, turn, "cut");
        void state.fail(member, "cut");
        watch.onBroken?.();
      },
    };
    debug(`asking gateway ${member.name}`);
    try {
      const response = await member.gateway.handle({ ...request, signal }, watched);
      if (fault !== undefined) return { type: "failed", fault, wait, response };
      if (response.ok) trail.begin(member.name, turn);
      debug(`gateway ${member.name} answered ${response.status}`);
      return { type: "answered", response };
    } catch (cause) {
      if (request.signal?.aborted || !silence.signal.aborted) throw cause;
      return { type: "failed", fault: "silent", wait: undefined, response: undefined };
    } finally {
      clearTimeout(timer);
    }
  }

  return { handle };
}

/** What the last one said, and that the others failed the step too. */
async function giveUp(
  failed: Failed | undefined,
  failing: ReadonlyMap<string, Fault>,
): Promise<Response> {
  const response =
    failed?.response ??
    failureResponse({ type: "unreachable", url: "", kind: "timed_out", transient: false });
  const read = v.safeParse(ToldSchema, parseJson(await response.text()));
  const { status, headers } = response;
  const kept = Object.fromEntries(headers);
  if (!read.success) return new Response(null, { status, headers: kept });
  const { message, type, code } = read.output.error;
  const all = [...failing].map(([name, fault]) => ({ name, fault }));
  const told = all.length < 2 ? message : joinSentences(message, words().failover.all(all));
  return errorResponse({ status, message: told, type, code, headers: kept });
}

const ToldSchema = v.object({
  error: v.object({ message: v.string(), type: v.string(), code: v.nullable(v.string()) }),
});
