/** The gateway refuses a request that does not bring its turn's state back, or brings another one. */
import { expect } from "bun:test";
import { startServer } from "./harness/serve.ts";
import { createStage, expectAccepted, scenario } from "./support.ts";

scenario("the state of a turn goes back in its loop over tools, and not further", async () => {
  await using stage = await createStage({
    config: { permission: { "*": "allow" } },
    gateway: { turnStates: true },
  });
  await using server = await startServer(stage);
  const model = "gpt-5.1-codex";
  // Without a title: OpenCode asks for one beside the first turn.
  const session = await server.createSession();
  await server.prompt({ model, session, text: "write hello world to one.txt" });
  await server.prompt({ model, session, text: "write good bye to two.txt" });
  await server.prompt({ model, text: "write something else to three.txt" });
  const { titles, until } = stage.gateway;
  await until((exchange) => titles().includes(exchange));

  expectAccepted(stage.gateway);
  const states = stage.gateway.turns().map(({ headers }) => headers["x-codex-turn-state"]);
  const [, first, , second, , third] = states;
  expect(states).toEqual([undefined, first, undefined, second, undefined, third]);
  expect(new Set([first, second, third]).size).toBe(3);
  for (const state of [first, second, third]) expect(state).toStartWith("state-");
  for (const { headers } of stage.gateway.titles()) {
    expect(headers).not.toContainKey("x-codex-turn-state");
  }
});
