/** What is wrong with the settings, and does not stop a request. */
import { isInsecure } from "../settings/insecure.ts";
import { describeProblem, type ResolvedSettings } from "../settings/resolve.ts";
import { words } from "../words/current.ts";
import type { SessionDependencies } from "./session.ts";

/** @param toast shows a notice of a kind once. */
export function createWarn(toast: SessionDependencies["toast"]) {
  return ({ settings: { baseURL }, problems }: ResolvedSettings): void => {
    if (problems.length > 0) toast("settings", problems.map(describeProblem).join("\n"));
    if (baseURL !== undefined && isInsecure(baseURL)) {
      toast("insecure", words().notice.insecure(baseURL));
    }
  };
}
