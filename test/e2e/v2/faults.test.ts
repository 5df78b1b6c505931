/** The table of faults, played on the real OpenCode 2 with the built plugin in it. */
import { playAll } from "../faults/check.ts";
import { table } from "../faults/table.ts";
import { forOpenCode2 } from "../faults/types.ts";
import { openCode2 } from "../harness/binary.ts";
import { describeV2, pluginFolder } from "./stage.ts";

describeV2("to OpenCode 2, a gateway that sends", () =>
  playAll({ faults: table.map(forOpenCode2), bundle: pluginFolder, version: openCode2 }),
);
