/** What the gateway's "model" does: a script, or one small skill for the demo. */
import { type InputItem, lastUserIndex, type TurnRequest, textsOf } from "./request.ts";
import type { Brain, Step, ToolCall } from "./types.ts";

/** The answer to a request without tools: OpenCode asks for its titles that way. */
const TITLE: Step = { kind: "text", text: "Embedded gateway session" };

/**
 * Plays the steps in order, one for each request with tools, each session from the start. Requests
 * without tools get a title (or what `withoutTools` says) and use up no step. After the last step:
 * a short text, so that no client waits for ever.
 */
export function scripted(steps: readonly Step[], options: { withoutTools?: Brain } = {}): Brain {
  const played = new Map<string, number>();
  return (request, context) => {
    if (request.tools.length === 0) return options.withoutTools?.(request, context) ?? TITLE;
    const index = played.get(request.session) ?? 0;
    played.set(request.session, index + 1);
    return steps[index] ?? { kind: "text", text: "The script is over." };
  };
}

/** Does "write X to FILE" with whatever writing tool is there, and echoes anything else. */
export const demoBrain: Brain = (request) => {
  if (request.tools.length === 0) return TITLE;
  const user = lastUserIndex(request);
  const texts = user < 0 ? [] : textsOf(request.input[user] ?? { type: "message" });
  const task = texts.map(readTask).find((found) => found !== undefined);
  if (task === undefined)
    return { kind: "text", text: `You said: ${texts.at(-1)?.slice(0, 200) ?? ""}` };
  const answered = request.input.slice(user + 1).some(isToolOutput);
  if (answered) return { kind: "text", text: `Done: ${task.file} holds "${task.content}".` };
  const call = writeCall(request, task);
  if (call === undefined) return { kind: "text", text: "No tool here can write a file." };
  return { kind: "tools", reasoning: `**Writing ${task.file}**`, calls: [call] };
};

type Task = { content: string; file: string };

function readTask(text: string): Task | undefined {
  // The CLI of some OpenCode versions keeps the quotes of the command line around the message.
  const found = /^["'\s]*write (.+) to (\S+?)["'.\s]*$/i.exec(text);
  return found?.[1] && found[2] ? { content: found[1], file: found[2] } : undefined;
}

const isToolOutput = (item: InputItem) =>
  item.type === "function_call_output" || item.type === "custom_tool_call_output";

/** The first of these tools that the request offers; names and arguments are each host's own. */
function writeCall(request: TurnRequest, { content, file }: Task): ToolCall | undefined {
  const tool = (name: string) => request.tools.find((candidate) => candidate.name === name);
  const command = `printf '%s\\n' '${content.replaceAll("'", "'\\''")}' > '${file}'`;
  const description = `Writes ${file}`;
  const patchTool = tool("apply_patch");
  if (patchTool) {
    const patch = `*** Begin Patch\n*** Add File: ${file}\n+${content}\n*** End Patch`;
    if (patchTool.type === "custom") return { name: "apply_patch", input: `${patch}\n` };
    const field = "input" in (patchTool.parameters?.properties ?? {}) ? "input" : "patchText";
    return { name: "apply_patch", arguments: { [field]: patch } };
  }
  // OpenCode 2.
  if (tool("patch")) {
    const patchText = `*** Begin Patch\n*** Add File: ${file}\n+${content}\n*** End Patch`;
    return { name: "patch", arguments: { patchText } };
  }
  if (tool("write")) {
    const filePath = `${workingDirectory(request)}/${file}`;
    return { name: "write", arguments: { filePath, content: `${content}\n` } };
  }
  if (tool("bash")) return { name: "bash", arguments: { command, description } };
  if (tool("shell_command")) return { name: "shell_command", arguments: { command } };
  if (tool("exec_command")) return { name: "exec_command", arguments: { cmd: command } };
  const shell = tool("shell");
  if (shell) {
    // A list in the Codex CLI, one string in OpenCode 2.
    const { type } = Object(shell.parameters?.properties?.command);
    return {
      name: "shell",
      arguments: { command: type === "string" ? command : ["sh", "-c", command] },
    };
  }
  return undefined;
}

/** OpenCode and Codex both tell the model where it works, each in its own block. */
function workingDirectory(request: TurnRequest): string {
  for (const text of request.input.flatMap(textsOf)) {
    const found = /Working directory: (.+)/.exec(text) ?? /<cwd>(.+?)<\/cwd>/.exec(text);
    if (found?.[1]) return found[1].trim();
  }
  return ".";
}
