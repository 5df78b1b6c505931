/** What is left at a gateway: by its page for keys, and by what its answers told OpenCode. */
import { expect } from "bun:test";
import { dirname, join } from "node:path";
import * as v from "valibot";
import type { Respond } from "../gateway/types.ts";
import { bundle, createStage, key, scenario } from "./support.ts";

const Checks = v.object({
  checks: v.array(
    v.object({
      id: v.string(),
      status: v.string(),
      summary: v.string(),
      details: v.optional(v.array(v.string())),
      advice: v.optional(v.string()),
    }),
  ),
});

const respond: Respond = (_, { exchange, answer }) => {
  if (exchange.path === "/v1/usage") {
    return Response.json({ mode: "unrestricted", isValid: true, remaining: 1.5, balance: 1.5 });
  }
  if (exchange.kind !== "responses") return undefined;
  const response = answer({ kind: "text", text: "Hi." });
  response.headers.set("x-codex-primary-used-percent", "93");
  response.headers.set("x-codex-primary-window-minutes", "300");
  return response;
};

scenario("usage and the doctor tell what is left, and what OpenCode heard of it", async () => {
  await using stage = await createStage({ gateway: { respond } });
  const { home, cwd, gateway } = stage;
  const answered = await stage.opencode("run", "hello", "--model=openai/gpt-5.2");
  expect(answered, answered.stderr).toMatchObject({ exitCode: 0 });
  // Without `lowBalance` OpenCode asks for no page.
  const pages = () => gateway.transcript.filter(({ path }) => path === "/v1/usage");
  expect(pages()).toEqual([]);

  const program = async (...args: string[]) => {
    const child = Bun.spawn([process.execPath, join(dirname(bundle), "cli.js"), ...args], {
      cwd,
      // The doctor need not start OpenCode for this.
      env: { ...home.env, PATH: "" },
      stdout: "pipe",
      stderr: "inherit",
    });
    const stdout = await child.stdout.text();
    expect(stdout).not.toContain(key);
    return { stdout, code: await child.exited };
  };
  const usage = await program("usage");
  expect(usage.code).toBe(0);
  expect(usage.stdout.replace(/\d+ min ago/, "N min ago").split("\n")).toEqual([
    "main  $1.50 left",
    "main  limits of the account, as its answer says",
    "      5-hour: 93 % used",
    "      as an answer said N min ago",
    "",
  ]);
  expect(pages().map(({ headers }) => headers.authorization)).toEqual([`Bearer ${key}`]);

  await home.writeSettings({ ...(await home.readSettings()), lowBalance: 5 });
  const { stdout } = await program("doctor", "--json");
  const { checks } = v.parse(Checks, JSON.parse(stdout));
  expect(checks.find(({ id }) => id === "balance")).toEqual({
    id: "balance",
    status: "warn",
    summary: "$1.50 left",
    details: ["5-hour: 93 % used"],
    advice: "Top up at your gateway.",
  });
});
