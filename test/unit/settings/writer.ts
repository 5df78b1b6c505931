/** Adds gateways as the program does, the key first: bun test/settings/writer.ts HOME NAME COUNT. */
import { changeKeys, keysPath, withKey } from "../../../src/settings/keys.ts";
import { changeSettings, settingsPath } from "../../../src/settings/store.ts";

const [home = "", prefix = "", count = "0"] = process.argv.slice(2);
for (let number = 0; number < Number(count); number++) {
  const name = `${prefix}-${number}`;
  const baseURL = `https://${name}.example`;
  await changeKeys(keysPath(home), (keys) => withKey(keys, name, baseURL, `sk-${name}`));
  await changeSettings(settingsPath(home), ({ gateways }) => [
    {
      path: ["gateways", Array.isArray(gateways) ? gateways.length : 0],
      value: { name, baseURL },
    },
  ]);
  if (number === 0 && Number(count) > 100) console.log("at work");
}
console.log("done");
