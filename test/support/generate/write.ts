/** `bun run generate`: writes what is made of the tables of the code. */
import { generated } from "./generated.ts";

for (const { path, make } of generated) {
  const file = Bun.file(new URL(`../../../${path}`, import.meta.url));
  await file.write(make((await file.exists()) ? await file.text() : ""));
}
