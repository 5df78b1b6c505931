/** Programs of their own, on the Bun that runs the benchmark. */
import { join } from "node:path";

// The Bun inside OpenCode is itself only as long as it is told so.
const env = { ...process.env, BUN_BE_BUN: "1" };

export function startChild(file: string, args: readonly string[] = []) {
  return Bun.spawn([process.execPath, join(import.meta.dir, "child", file), ...args], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** What a program printed, as numbers. */
export async function runChild(file: string, args: readonly string[]): Promise<number[]> {
  const child = startChild(file, args);
  const printed = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`${file} ended with ${child.exitCode}.`);
  return printed.trim().split(/\s+/).map(Number);
}
