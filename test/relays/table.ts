/** The relays and fronts, and how each is set up in front of the embedded gateway. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Found, Need } from "./needs.ts";
import type { Command } from "./processes.ts";

export type Place = {
  /** Where it must listen, on 127.0.0.1. */
  readonly port: number;
  /** What it must pass requests on to: `http://127.0.0.1:PORT`. */
  readonly backend: string;
  /** Its own, empty. */
  readonly folder: string;
  /** The only key the backend takes. */
  readonly key: string;
};

export type Relay = {
  /** The argument that chooses it. */
  readonly name: string;
  readonly title: string;
  readonly needs: Need;
  /** Writes its configuration. */
  readonly setUp: (found: Found, place: Place) => Promise<Command>;
  /** Path of the base URL, as its documentation names it. Default none. */
  readonly path?: string;
  /** Default `gpt-5.1-codex`. */
  readonly model?: string;
  /** What its users must send beside the key. */
  readonly headers?: (backend: string) => Readonly<Record<string, string>>;
  /** With TLS: the certificate of the authority that users must add. Requests cannot be counted before it. */
  readonly authority?: (folder: string) => string;
  /** Nothing listens behind it. */
  readonly dead?: true;
  /** It holds answers back until they are complete, by this setting. */
  readonly holds?: string;
};

const apt = (name: string, binary: string, ...version: string[]): Need => ({
  kind: "program",
  name: binary,
  install: `apt-get install ${name}`,
  version,
});
const nginx = apt("nginx-light", "nginx", "-v");
const caddy = apt("caddy", "caddy", "version");
const haproxy = apt("haproxy", "haproxy", "-v");

async function write(folder: string, name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

const setUpNginx =
  (location: string, server = ""): Relay["setUp"] =>
  async ({ path }, { port, backend, folder }) => {
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join(" ");
    const config = await write(
      folder,
      "nginx.conf",
      `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr;
events {}
http {
  access_log off; ${temporary}
  server {
    listen 127.0.0.1:${port}; ${server}
    location / { proxy_pass ${backend}; ${location} }
  }
}
`,
    );
    return { argv: [path, "-p", folder, "-e", "stderr", "-c", config] };
  };

const setUpCaddy =
  (site: (port: number) => string, more: string, proxy = ""): Relay["setUp"] =>
  async ({ path }, { port, backend, folder }) => {
    const config = await write(
      folder,
      "Caddyfile",
      `{
  admin off
  skip_install_trust
  auto_https disable_redirects
}
${site(port)} {
  bind 127.0.0.1
  reverse_proxy ${backend} {
    ${proxy}
  }
  ${more}
}
`,
    );
    return { argv: [path, "run", "--config", config, "--adapter", "caddyfile"] };
  };

const setUpHAProxy =
  (rule = ""): Relay["setUp"] =>
  async ({ path }, { port, backend, folder }) => {
    const config = await write(
      folder,
      "haproxy.cfg",
      `defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend front
  bind 127.0.0.1:${port}
  default_backend back
backend back
  ${rule}
  server one ${new URL(backend).host} check
`,
    );
    return { argv: [path, "-f", config, "-db"] };
  };

export const relays: readonly Relay[] = [
  {
    name: "opencodex",
    title: "opencodex",
    needs: { kind: "package", name: "@bitkyc08/opencodex", version: "2.63.0" },
    path: "/v1",
    model: "lab/gpt-5.1-codex",
    async setUp({ path }, { port, backend, folder, key }) {
      await write(
        folder,
        "config.json",
        JSON.stringify({
          port,
          hostname: "127.0.0.1",
          providers: {
            lab: {
              adapter: "openai-responses",
              baseUrl: `${backend}/v1`,
              allowPrivateNetwork: true,
              authMode: "key",
              apiKey: key,
              models: ["gpt-5.1-codex"],
            },
          },
          defaultProvider: "lab",
          // It would listen at a second port, for another program.
          claudeCode: { enabled: false, intercept: { enabled: false } },
        }),
      );
      return {
        argv: [process.execPath, join(path, "src/cli/index.ts"), "start", "--port", `${port}`],
        env: { OPENCODEX_HOME: folder },
      };
    },
  },
  {
    name: "portkey",
    title: "Portkey gateway",
    needs: { kind: "package", name: "@portkey-ai/gateway", version: "1.15.2" },
    path: "/v1",
    headers: (backend) => ({
      "x-portkey-provider": "openai",
      "x-portkey-custom-host": `${backend}/v1`,
    }),
    async setUp({ path }, { port }) {
      const preload = join(import.meta.dir, "loopback.ts");
      const server = join(path, "build/start-server.js");
      return {
        argv: [process.execPath, "--preload", preload, server, "--headless", `--port=${port}`],
      };
    },
  },
  {
    name: "nginx",
    title: "nginx, defaults",
    needs: nginx,
    holds: "proxy_buffering off;",
    setUp: setUpNginx(""),
  },
  {
    name: "nginx-tuned",
    title: "nginx, tuned as advised",
    needs: nginx,
    setUp: setUpNginx(
      "proxy_http_version 1.1; proxy_buffering off; proxy_read_timeout 400s; client_max_body_size 64m;",
      "underscores_in_headers on;",
    ),
  },
  {
    name: "caddy",
    title: "Caddy",
    needs: caddy,
    setUp: setUpCaddy((port) => `http://:${port}`, ""),
  },
  {
    name: "caddy-tls",
    title: "Caddy, TLS of a private authority, gzip",
    needs: caddy,
    authority: (folder) => join(folder, ".local/share/caddy/pki/authorities/local/root.crt"),
    setUp: setUpCaddy((port) => `https://localhost:${port}`, "tls internal\n  encode gzip"),
  },
  { name: "haproxy", title: "HAProxy", needs: haproxy, setUp: setUpHAProxy() },
  {
    name: "caddy-holds",
    title: "Caddy, told to buffer",
    needs: caddy,
    holds: "buffer_responses",
    setUp: setUpCaddy((port) => `http://:${port}`, "", "buffer_responses"),
  },
  {
    name: "haproxy-holds",
    title: "HAProxy, told to wait for bodies",
    needs: haproxy,
    holds: "wait-for-body",
    setUp: setUpHAProxy("http-response wait-for-body time 30s"),
  },
  {
    name: "nginx-dead",
    title: "nginx, nothing behind it",
    needs: nginx,
    dead: true,
    setUp: setUpNginx(""),
  },
  {
    name: "caddy-dead",
    title: "Caddy, nothing behind it",
    needs: caddy,
    dead: true,
    setUp: setUpCaddy((port) => `http://:${port}`, ""),
  },
  {
    name: "haproxy-dead",
    title: "HAProxy, nothing behind it",
    needs: haproxy,
    dead: true,
    setUp: setUpHAProxy(),
  },
];
