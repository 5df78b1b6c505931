/** Reading what a log wrote, and a disk that can be made to fail. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { LogDisk } from "../../../src/log/disk.ts";
import type { GatewayRequest } from "../../../src/request/prepare.ts";

/** Every file below a folder: path → text. */
export function readAll(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return new Map(
    paths
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );
}

/** The files of the only request in the log: name → parsed content. */
export function readOnly(folder: string): Map<string, unknown> {
  const [name = "", ...more] = readdirSync(folder);
  if (more.length > 0) throw new Error(`more than one request: ${more.length + 1}`);
  return new Map(
    [...readAll(join(folder, name))].map(([file, text]) => [
      file,
      file.endsWith(".jsonl")
        ? text
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line))
        : JSON.parse(text),
    ]),
  );
}

export function requestWith(fields: Partial<GatewayRequest> = {}): GatewayRequest {
  return {
    url: "https://placeholder.example/v1/responses",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-5.2", input: [] }),
    signal: undefined,
    ...fields,
  };
}

/** A disk all of whose calls do the same. */
export function diskThat(behaves: () => Promise<never>): LogDisk {
  return {
    makeFolder: behaves,
    write: behaves,
    append: behaves,
    list: behaves,
    remove: behaves,
  };
}

export function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** A body of these chunks; then it ends, breaks or stays open. */
export function streamOf(
  chunks: readonly Uint8Array<ArrayBuffer>[],
  then: "end" | "stay" | Error = "end",
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const left = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const chunk = left.shift();
      if (chunk !== undefined) controller.enqueue(chunk);
      else if (then === "end") controller.close();
      else if (then === "stay") return new Promise<void>(() => {});
      else controller.error(then);
      return undefined;
    },
  });
}
