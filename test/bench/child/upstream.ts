/** A gateway that answers every request with the same stream at once. Prints its URL. */
import { createStream } from "../generate/stream.ts";

const { bytes } = createStream({ seed: 4, bytes: 8_000 });
const answer = new Uint8Array(bytes);
const headers = { "content-type": "text/event-stream" };
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    await request.arrayBuffer();
    return new Response(answer, { headers });
  },
});
console.log(server.url.origin);
