/** Broken set-ups, and what the doctor has to say with the real OpenCode beside it. */
import { gatewayStates } from "./states/gateway.ts";
import { machineStates } from "./states/machine.ts";
import { openCodeStates } from "./states/opencode.ts";
import { type HostState, listed } from "./states/state.ts";

export const hostStates: readonly HostState[] = [
  {
    name: "a healthy machine",
    config: { ...listed, model: "openai/gpt-5.1-codex-high" },
    says: { en: /^$/, zh: /^$/ },
    cure: { en: /^$/, zh: /^$/ },
  },
  ...openCodeStates,
  ...machineStates,
  ...gatewayStates,
];
