/** Codex's tools, and what stands in for each in OpenCode: one table. */

/** A tool to call. Nothing of it may name another tool: that one may not be in the request. */
export type Step = {
  readonly tool: string;
  /** What it is for, where several tools share the work of one. */
  readonly purpose?: string;
  /** Parameter → what to know about it; told only if the tool of the request has that parameter. */
  readonly advice?: Readonly<Record<string, string>>;
};

export type CodexTool = {
  /** Names it has had in the Codex CLI, 0.80.0 to 0.169.0. */
  readonly codex: readonly string[];
  /** Ways to do its work, best first. Each is a set of tools, of which those present are named. */
  readonly substitutes: readonly (readonly Step[])[];
};

const jsonPatch =
  "a function here, so its arguments are JSON: the whole patch, from *** Begin Patch to *** End Patch, is the string `patchText`";

/** Parameters as measured on OpenCode 1.14.41, 1.18.33 and 2.0.15. */
export const codexTools: readonly CodexTool[] = [
  {
    codex: ["shell", "shell_command", "exec_command"],
    substitutes: [
      [
        {
          tool: "bash",
          advice: {
            command: "`command` is one string, not an array",
            workdir: "set the folder with `workdir`, not with cd",
            timeout: "`timeout` is in milliseconds",
          },
        },
      ],
      [
        {
          // OpenCode 2.
          tool: "shell",
          advice: {
            command: "`command` is one string, not an array",
            workdir: "set the folder with `workdir`, not with cd",
          },
        },
      ],
      [{ tool: "local_shell" }],
    ],
  },
  {
    codex: ["apply_patch"],
    substitutes: [
      [
        {
          tool: "apply_patch",
          advice: {
            patchText: jsonPatch,
          },
        },
      ],
      [{ tool: "patch", advice: { patchText: jsonPatch } }],
      [
        {
          tool: "edit",
          purpose: "to change a file",
          advice: {
            oldString: "`oldString` is the exact text that is there, unique in the file",
            newString: "`newString` is what replaces it",
          },
        },
        {
          tool: "write",
          purpose: "to create a file or replace all of it",
          advice: { content: "`content` is the whole new text, not a patch" },
        },
      ],
    ],
  },
  {
    codex: ["update_plan"],
    substitutes: [
      [
        {
          tool: "todowrite",
          advice: {
            todos:
              "`todos` is the whole `plan` every time; the text of a `step` goes into `content`, `status` has the same values, `priority` is high, medium or low; there is no `explanation`",
          },
        },
      ],
    ],
  },
  {
    codex: ["view_image"],
    substitutes: [
      [
        {
          tool: "read",
          advice: {
            filePath: "`filePath` is the absolute path of the image",
            path: "`path` is the path of the image",
          },
        },
      ],
    ],
  },
  {
    codex: ["spawn_agent"],
    substitutes: [
      [
        {
          tool: "task",
          advice: {
            prompt: "`prompt` is all that the sub-agent gets to know",
            subagent_type: "`subagent_type` is one of those in its description",
          },
        },
      ],
      [
        {
          tool: "subagent",
          advice: {
            prompt: "`prompt` is all that the sub-agent gets to know",
            agent: "`agent` is one of those in its description",
          },
        },
      ],
    ],
  },
  {
    codex: ["web_search"],
    substitutes: [
      [{ tool: "websearch" }],
      [{ tool: "webfetch", purpose: "with a URL you already know" }],
    ],
  },
  { codex: ["request_user_input"], substitutes: [[{ tool: "question" }]] },
];
