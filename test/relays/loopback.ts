/** Preloaded into a server that has no setting for its address: it listens on 127.0.0.1 only. */
import { Server } from "node:http";

const { listen } = Server.prototype;
Server.prototype.listen = function (this: Server, ...given: unknown[]): Server {
  const [port, host, ...rest] = given;
  return Reflect.apply(listen, this, [port, host ?? "127.0.0.1", ...rest]);
};
