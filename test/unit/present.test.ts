import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { present } from "../../src/present.ts";
import type { Refusal } from "../../src/response/answer.ts";

const url = "https://gateway.example/v1/responses";

const refusal = (message: string, change: Partial<Refusal> = {}): Refusal => ({
  type: "refused",
  status: 400,
  httpStatus: 400,
  error: { message, type: "gateway_error", code: null, raw: {} },
  headers: {},
  notTheApi: false,
  html: false,
  silent: false,
  gaveUp: false,
  meant: 400,
  wait: undefined,
  ...change,
});

const Shown = v.object({ error: v.object({ message: v.string() }) });
async function shown(outcome: Refusal, closest: readonly string[] = []) {
  const response = present({ outcome, url, bytes: 3_200_000 }, { secrets: [], closest });
  const { error } = v.parse(Shown, await response.json());
  return { status: response.status, message: error.message };
}

const lastTry = "Given up after 3 tries.";
const outage = { status: 400, httpStatus: 500, gaveUp: 3 };

describe("that the turn has had its tries", () => {
  test.each([
    ["the gateway's own words", "It broke.", `It broke. ${lastTry}`],
    [
      "words with an advice",
      "Instructions are not valid",
      `Instructions are not valid. Set "instructions" in the settings to "codex", or to a file with what your gateway asks for. ${lastTry}`,
    ],
  ])("is told behind %s", async (_, said, message) => {
    expect(await shown(refusal(said, outage))).toEqual({ status: 400, message });
    expect((await shown(refusal(said, { ...outage, gaveUp: false }))).message).not.toContain(
      lastTry,
    );
  });
});

test("an answer without a word is told by its status and where it came from", async () => {
  const outcome = refusal("no explanation", { ...outage, httpStatus: 502, silent: true });
  // Broken up with characters that are not seen, so that the host does not ask again for a 502.
  expect((await shown(outcome)).message.replaceAll("\u2060", "")).toBe(
    `The gateway at ${url} answered 502 without a word. ${lastTry}`,
  );
});

describe("the names that are served", () => {
  const closest = ["gpt-5.2", "gpt-5.1"];
  test("are told where the model is refused", async () => {
    const said = "The model 'gpt-9' does not exist";
    expect((await shown(refusal(said), closest)).message).toBe(
      `${said}. The gateway serves: gpt-5.2, gpt-5.1.`,
    );
    expect((await shown(refusal(said))).message).toBe(said);
  });

  test("and nowhere else", async () => {
    expect((await shown(refusal("The input is empty."), closest)).message).toBe(
      "The input is empty.",
    );
  });
});

describe("a body that is too large", () => {
  const limit = { status: 413, httpStatus: 413 };
  test.each([
    ["words of its own", "Ask the office for more.", {}, true],
    ["words that sound like an overflow", "Payload too large", {}, false],
    ["a page, whatever it says", "Ask the office for more.", { html: true }, false],
  ])("with %s", async (_, said, change, repeated) => {
    const { status, message } = await shown(refusal(said, { ...limit, ...change }));
    expect(status).toBe(400);
    expect(message).toStartWith("The body of the request has 3.2 MB, ");
    expect(message.includes(said)).toBe(repeated);
  });
});
