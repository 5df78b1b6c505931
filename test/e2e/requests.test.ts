/** How many requests a gateway gets that is found late, has no model list, or refuses the key. */
import { describe, expect } from "bun:test";
import { demoBrain } from "../gateway/brains.ts";
import type { Gateway } from "../gateway/types.ts";
import { createStage, credential, scenario } from "./support.ts";

/** The last of the known paths, as claude-relay-service has it. */
const responsesPath = "/openai/v1/responses";

/** What it was asked since the last look, each line with how often. */
function look(gateway: Gateway): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, path, status } of gateway.transcript.splice(0)) {
    const line = `${method} ${path} ${status}`;
    counts[line] = (counts[line] ?? 0) + 1;
  }
  return counts;
}

/** One each: where they start together, only one of them searches. */
const wrongPaths = {
  "POST /backend-api/codex/responses 404": 1,
  "POST /v1/responses 404": 1,
  "POST /responses 404": 1,
  "POST /codex/responses 404": 1,
  "POST /openai/responses 404": 1,
};

describe("a gateway at the last path, without a model list", () => {
  scenario("is searched once, and asked for a list once an hour", async () => {
    await using stage = await createStage({
      // The turn ends after the title was asked for: OpenCode would leave without it.
      gateway: { responsesPath, modelsPath: "/nowhere", brain: afterTitle() },
    });
    const { gateway, opencode } = stage;
    const run = () => opencode("run", "hello", "--model=openai/gpt-5.2");
    expect((await run()).stdout).toContain("hello");
    expect(look(gateway)).toEqual({
      "GET /backend-api/codex/models 404": 1,
      "GET /v1/models 404": 1,
      "GET /models 404": 1,
      ...wrongPaths,
      [`POST ${responsesPath} 200`]: 2,
    });

    // Now there are other places beside the endpoint.
    gateway.options.brain = afterTitle();
    expect((await run()).stdout).toContain("hello");
    expect(look(gateway)).toEqual({
      "GET /openai/v1/models 404": 1,
      "GET /openai/models 404": 1,
      [`POST ${responsesPath} 200`]: 2,
    });

    gateway.options.brain = afterTitle();
    expect((await run()).stdout).toContain("hello");
    expect(look(gateway)).toEqual({ [`POST ${responsesPath} 200`]: 2 });
  });

  scenario("with a wrong key too", async () => {
    await using stage = await createStage({ gateway: { responsesPath, modelsPath: "/v1/models" } });
    const { gateway, home, opencode } = stage;
    await home.writeCredential(credential(gateway.url, "sk-test-of-another-one"));
    const run = async () => {
      const result = await opencode("run", "hello", "--model=openai/gpt-5.2");
      expect(result.stderr).toContain("refused the key");
      const asked = look(gateway);
      // The title may be too late: OpenCode ends with the turn.
      expect([1, 2]).toContain(asked[`POST ${responsesPath} 401`] ?? 0);
      return { ...asked, [`POST ${responsesPath} 401`]: "once or twice" };
    };
    const answered = { [`POST ${responsesPath} 401`]: "once or twice" };
    expect<unknown>(await run()).toEqual({
      "GET /backend-api/codex/models 404": 1,
      "GET /v1/models 401": 1,
      ...wrongPaths,
      ...answered,
    });
    await run();
    expect<unknown>(await run()).toEqual(answered);
  });
});

/** Answers the turn once the title was asked for. */
function afterTitle(): typeof demoBrain {
  const asked = Promise.withResolvers<void>();
  return async (request, context) => {
    if (request.tools.length === 0) asked.resolve();
    else await asked.promise;
    return demoBrain(request, context);
  };
}
