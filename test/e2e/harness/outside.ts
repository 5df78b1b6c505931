/** Where OpenCode goes when the plugin has no part in it: no further than a proxy of the test's. */
import { startServer } from "./serve.ts";
import type { TerminalOptions } from "./terminal.ts";

export type Outside = {
  /** Names of `openai`'s models, as pickers have them. */
  readonly models: readonly string[];
  /** The first line by which one of OpenAI's hosts was asked for, or what came of the prompt. */
  readonly asked: string;
};

/** One start: the models, and a prompt to one of them. */
export async function lookOutside(
  where: Omit<TerminalOptions, "args">,
  pick: (models: readonly string[]) => string | undefined,
): Promise<Outside> {
  const asked = Promise.withResolvers<string>();
  using proxy = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, bytes) {
        const [line = ""] = bytes.toString().split("\r\n");
        if (/openai\.com|chatgpt\.com/.test(line)) asked.resolve(line);
        socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
      },
    },
  });
  const address = `http://127.0.0.1:${proxy.port}`;
  const env = { HTTPS_PROXY: address, HTTP_PROXY: address, NO_PROXY: "127.0.0.1,localhost" };
  await using server = await startServer({ ...where, env });
  const models = await server.loadModels();
  const prompted = server.prompt({ model: pick(models) ?? "", text: "hello" }).catch(String);
  return { models, asked: await Promise.race([asked.promise, prompted]) };
}
