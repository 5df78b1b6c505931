import { expect, test } from "bun:test";
import { connect } from "node:net";
import { openTap } from "../../relays/tap.ts";

test("counts each POST once, however the bytes are cut, and passes them on", async () => {
  const seen: string[] = [];
  using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      seen.push(`${request.method} ${await request.text()}`);
      return new Response("ok");
    },
  });
  await using tap = await openTap(server.port ?? 0);
  const url = `http://127.0.0.1:${tap.port}/`;
  const body = JSON.stringify({ text: "POST /x HTTP/1.1\r\n".repeat(400) });
  await (await fetch(url)).text();
  for (const _ of [1, 2]) await (await fetch(url, { method: "POST", body })).text();
  expect(seen).toEqual(["GET ", `POST ${body}`, `POST ${body}`]);
  expect(tap.posts()).toBe(2);

  const socket = connect(tap.port, "127.0.0.1");
  const answered = new Promise((resolve) => socket.once("data", resolve));
  for (const byte of "POST /in/bytes HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhi") {
    socket.write(byte);
    await Bun.sleep(0);
  }
  await answered;
  socket.destroy();
  expect(seen.at(-1)).toBe("POST hi");
  expect(tap.posts()).toBe(3);
});

test("a server that is gone breaks the connection off", async () => {
  await using tap = await openTap(1);
  const answer = fetch(`http://127.0.0.1:${tap.port}/`).catch(() => "refused");
  expect(await answer).toBe("refused");
});
