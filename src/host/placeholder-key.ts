/** Hosts and SDK insist on a key of their own; the real one is put in by the gateway. */
export const placeholderKey = "set-by-opencode-openai-codex-key";
