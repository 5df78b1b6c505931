/** What is wrong with the settings, and does not stop a request. */
import { isInsecure } from "../settings/insecure.ts";
import type { LoadedSettings } from "../settings/load.ts";
import { describeProblem } from "../settings/resolve.ts";
import { words } from "../words/current.ts";
import type { SessionDependencies } from "./session.ts";

/** @param toast shows a notice of a kind once. */
export function createWarn(toast: SessionDependencies["toast"]) {
  return ({ problems, gateways, beside }: LoadedSettings): void => {
    if (problems.length > 0) toast("settings", problems.map(describeProblem).join("\n"));
    for (const { resolved, key } of [...gateways, ...beside]) {
      const { baseURL } = resolved.settings;
      if (key === undefined || baseURL === undefined || !isInsecure(baseURL)) continue;
      toast(`insecure ${baseURL}`, words().notice.insecure(baseURL));
    }
  };
}
