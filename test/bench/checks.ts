/** What must be right before it is worth a time: each contender's output, compared. */
import { checkCollect } from "./rows/collect.ts";
import { checkFirstByte } from "./rows/first-byte.ts";
import { checkParser } from "./rows/parser.ts";
import { checkRequest } from "./rows/request.ts";
import { checkStream } from "./rows/stream.ts";

export type Check = { readonly name: string; readonly run: () => unknown };

/** @param bytes size of the histories and streams that are compared. */
export function createChecks(bytes: number): Check[] {
  return [
    {
      name: "the request is one the strict gateway takes, and lost nothing",
      run: () => checkRequest(bytes),
    },
    { name: "the answer through the pipeline is the gateway's", run: () => checkFirstByte() },
    { name: "the stream is handed on byte for byte", run: () => checkStream(bytes) },
    { name: "the parser's events are those of eventsource-parser", run: () => checkParser(bytes) },
    { name: "the collected JSON is the final response", run: () => checkCollect(bytes) },
  ];
}
