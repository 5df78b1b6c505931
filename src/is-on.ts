/** Whether a variable of the environment is a switch that is on, as OpenCode reads its own. */
export function isOn(flag: string | undefined): boolean {
  return flag === "1" || flag?.toLowerCase() === "true";
}
