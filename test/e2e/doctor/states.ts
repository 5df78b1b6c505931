/** Broken set-ups, and what the doctor has to say with the real OpenCode beside it. */
import { gatewayStates } from "./states/gateway.ts";
import { machineStates } from "./states/machine.ts";
import { openCodeStates } from "./states/opencode.ts";
import type { HostState } from "./states/state.ts";

export const hostStates: readonly HostState[] = [
  { name: "a healthy machine", says: { en: /^$/, zh: /^$/ }, cure: { en: /^$/, zh: /^$/ } },
  ...openCodeStates,
  ...machineStates,
  ...gatewayStates,
];
