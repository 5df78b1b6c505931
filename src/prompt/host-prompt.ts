/** Takes OpenCode's own default prompt out of the developer message. Pure. */

export type HostPrompt = {
  /** How it begins: no more words than tell it from what a user would write. */
  readonly begins: string;
  /** How it ends, right before the environment block. */
  readonly ends: string;
  /** Which model ids get it, by the host's own rules. */
  readonly models: string;
  /** OpenCode versions it was seen in: read in the program, and on the wire where one is named. */
  readonly seenIn: string;
};

/** The last words of three prompts that close with the same example. */
const sharedExample = "process.ts:712.\n</example>";

/**
 * OpenCode's default prompts. Beginning and end must both fit: users copy a default prompt into an
 * agent of their own and add rules to it, and those must not be lost. An OpenCode that words a
 * prompt anew is not recognised, which costs a longer prompt and nothing else.
 *
 * Checked against 1.14.41, 1.15.13, 1.17.0 and 1.18.33. The agents `build`, `plan` and `general`
 * have these prompts; `title`, `summary`, `compaction`, `explore` and `scout` have their own.
 */
export const hostPrompts: readonly HostPrompt[] = [
  {
    begins: "You are OpenCode, You and the user share",
    ends: "use numbered items.",
    models: "gpt- without codex (gpt-6 only before 1.18)",
    seenIn: "1.14.41, 1.15.13, 1.17.0, 1.18.33",
  },
  {
    begins: "You are OpenCode, the best coding agent on the planet.",
    ends: "main.rs:12:5",
    models: "gpt- with codex",
    seenIn: "1.14.41, 1.15.13, 1.17.0, 1.18.33",
  },
  {
    begins: "You are an AI agent powered by OpenCode,",
    ends: "or parallel agent work.",
    models: "gpt-6",
    seenIn: "1.18.33",
  },
  {
    begins: "You are an AI agent running in OpenCode,",
    ends: "the scope of the task.",
    models: "every id",
    seenIn: "2.0.15",
  },
  {
    begins: "You are opencode, an agent - please keep going",
    ends: "stage and commit files automatically.",
    models: "gpt-4, o1, o3",
    seenIn: "1.14.41, 1.15.13, 1.17.0, 1.18.33",
  },
  {
    begins: "You are opencode, an interactive CLI tool",
    ends: sharedExample,
    models: "every id without a prompt of its own, and trinity",
    seenIn: "1.14.41, 1.15.13, 1.17.0, 1.18.33",
  },
  {
    begins: "You are OpenCode, an interactive general AI agent",
    ends: "writing it to the file system.",
    models: "kimi",
    seenIn: "1.14.41, 1.15.13, 1.17.0, 1.18.33",
  },
  {
    begins: "You are OpenCode, the best coding agent on the planet.",
    ends: sharedExample,
    models: "claude",
    seenIn: "1.14.41, 1.15.13, 1.17.0, 1.18.33 (program only)",
  },
  {
    begins: "You are opencode, an interactive CLI agent",
    ends: "query is completely resolved.",
    models: "gemini-",
    seenIn: "1.14.41, 1.15.13, 1.17.0, 1.18.33 (program only)",
  },
  {
    begins: "You are OpenCode, a coding agent that helps",
    ends: "https://opencode.ai/docs.",
    models: "muse",
    seenIn: "1.18.33 (program only)",
  },
];

/** First line of the environment block: where the model is named there (1.x, 2.x), and where not. */
const environment =
  /^(?:You are powered by the model named|# Your Model$|Here is some useful information about the environment)/m;

/**
 * The developer message without OpenCode's default prompt: it then starts at the environment block,
 * and every byte from there on is kept. `text` itself comes back when the prompt is not one of the
 * table's, as with a custom agent, a title, a summary or a compaction, or when anything stands
 * between its end and the environment.
 *
 * @param text whole text of the developer message, as the host wrote it.
 */
export function removeHostPrompt(text: string): string {
  const candidates = hostPrompts.filter(({ begins }) => text.startsWith(begins));
  if (candidates.length === 0) return text;
  const cut = text.search(environment);
  if (cut === -1) return text;
  const prompt = text.slice(0, cut).trimEnd();
  return candidates.some(({ ends }) => prompt.endsWith(ends)) ? text.slice(cut) : text;
}
