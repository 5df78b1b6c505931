/** Groups that were started and not yet ended, so that a test run that stops leaves none behind. */
const groups = new Set<number>();
process.once("exit", () => {
  for (const group of groups) killGroup(group);
});

/** Remembers a process group (the id of its leader); a group still known at exit is killed. */
export function trackGroup(leader: number): void {
  groups.add(leader);
}

/**
 * Kills a process with all its children (OpenCode starts language servers, shells and git).
 * The process must lead its own group.
 */
export function killGroup(leader: number): void {
  groups.delete(leader);
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // ESRCH: the whole group has already ended, which is what was asked for.
  }
}

/** Runs a helper program (git, npm, tar) and returns what it printed; throws when it fails. */
export async function runCommand(
  command: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<string> {
  const child = Bun.spawn([...command], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    ...options,
  });
  const [exitCode, stdout, stderr] = await Promise.all([
    child.exited,
    child.stdout.text(),
    child.stderr.text(),
  ]);
  if (exitCode !== 0)
    throw new Error(`"${command.join(" ")}" ended with ${exitCode}: ${stderr.trim()}`);
  return stdout;
}
