/** `bun run schema`: writes the JSON Schema of the settings file to where editors get it from. */
import { settingsJsonSchema } from "../../src/settings/json-schema.ts";

const file = new URL("../../config/settings.schema.json", import.meta.url);
await Bun.write(file, `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`);
