/** Who we are, from the package's own manifest. */
import { engines, name, version } from "../../package.json";

export const about = { name, version, opencode: engines.opencode } as const;
