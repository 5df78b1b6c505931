/** The bundle as users start it: a process of its own, under Node and under Bun. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkIds } from "../../../src/cli/types.ts";
import { authority, certificate, signed } from "./certificate.ts";
import { type Clinic, createClinics, KEY, silence } from "./clinic.ts";

const folder = mkdtempSync(join(tmpdir(), "clinic-bundle-"));
const bundle = join(folder, "cli.js");
const { start, closeAll } = createClinics();

beforeAll(async () => {
  const built = await Bun.build({
    entrypoints: [join(import.meta.dir, "../../../src/cli.ts")],
    outdir: folder,
    naming: "cli.js",
    target: "node",
    format: "esm",
    minify: true,
    banner: "#!/usr/bin/env node",
  });
  expect(built.success).toBe(true);
  chmodSync(bundle, 0o755);
});
afterEach(closeAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const node = Bun.which("node") ?? "node";
/** The Bun that runs this test, which may be the one inside OpenCode. */
const bun = process.execPath;

async function run(
  command: readonly string[],
  clinic: Clinic,
  env: Readonly<Record<string, string>> = {},
) {
  const child = Bun.spawn([...command], {
    cwd: clinic.project,
    env: { BUN_BE_BUN: "1", ...clinic.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  expect(stdout + stderr).not.toContain(KEY);
  return { stdout, stderr, code };
}

describe.each([
  ["node", node],
  ["bun", bun],
])("under %s", (name, program) => {
  test("a healthy run", async () => {
    const clinic = start();
    const { stdout, stderr, code } = await run([program, bundle, "doctor"], clinic);
    expect([stderr, code]).toEqual(["", 0]);
    expect(stdout).toContain(`(doctor, on ${name} `);
    expect(stdout).toContain(`Nothing is broken: ${checkIds.length} fine.`);
    expect(stdout).not.toContain("\u001b");
    expect(clinic.gateway.requests()).toHaveLength(3);
  });

  test("a broken run: JSON, and 1", async () => {
    const clinic = start({ credential: { type: "api", key: `${KEY}-old` } });
    const { stdout, code } = await run([program, bundle, "doctor", "--json"], clinic);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, runtime: { name } });
  });

  test("nothing listens: the connection is what failed", async () => {
    const clinic = start();
    await clinic.gateway.close();
    const { stdout, code } = await run([program, bundle, "doctor"], clinic);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ Connection {3}.*refused the connection.*ECONNREFUSED/);
    expect(stdout).toMatch(/- Endpoint {5}not checked: "Connection" failed/);
  });

  test.each([
    ["expired", "that has expired (CERT_HAS_EXPIRED)"],
    ["early", "that is not valid yet (CERT_NOT_YET_VALID)"],
    ["otherHost", "for another host name (ERR_TLS_CERT_ALTNAME_INVALID)"],
  ] as const)("a certificate that is no good: %s", async (kind, said) => {
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      tls: { key: signed.key, cert: signed[kind] },
      fetch: () => new Response(),
    });
    const file = join(folder, "authority.pem");
    writeFileSync(file, authority);
    try {
      const url = `https://127.0.0.1:${server.port}`;
      const clinic = start({ settings: { baseURL: url, instructions: "builtin" } });
      const env = { NODE_EXTRA_CA_CERTS: file };
      const { stdout } = await run([program, bundle, "doctor"], clinic, env);
      expect(stdout).toContain(
        `✗ Connection   The gateway at ${url} has a TLS certificate ${said}`,
      );
    } finally {
      await server.stop(true);
    }
  });

  test("colours where they are forced", async () => {
    const { stdout } = await run([program, bundle, "doctor"], start(), { FORCE_COLOR: "1" });
    expect(stdout).toContain("\u001b[32m✓\u001b[0m");
  });

  test("a long document comes out whole through a pipe that is read late", async () => {
    const models = Array.from({ length: 5_000 }, (_, index) => `model-${index}`);
    const clinic = start({ gateway: { models: { shape: "openai", models } } });
    const { stdout } = await run([program, bundle, "models", "--json"], clinic);
    expect(JSON.parse(stdout)).toMatchObject({ source: "gateway" });
    expect(stdout).toContain('"model-4999"');
  });
});

test("as package managers start it: through a link", async () => {
  const link = join(folder, "opencode-openai-codex-key");
  symlinkSync(bundle, link);
  const path = { PATH: `${join(node, "..")}:/usr/bin:/bin` };
  const { stdout, code } = await run([link, "--version"], start(), path);
  expect([stdout.trim(), code]).toEqual(["0.1.0", 0]);
});

test("on a terminal: colours, a line of progress, and Ctrl-C stops it", async () => {
  const clinic = start({ gateway: { respond: (_turn, { signal }) => silence(signal) } });
  let seen = "";
  const decoder = new TextDecoder();
  const child = Bun.spawn([node, bundle, "doctor"], {
    cwd: clinic.project,
    env: { ...clinic.env, TERM: "xterm-256color" },
    terminal: {
      cols: 100,
      rows: 40,
      data(_terminal, bytes) {
        seen += decoder.decode(bytes, { stream: true });
      },
    },
  });
  await clinic.gateway.until(() => true);
  child.terminal?.write("\u0003");
  expect(await child.exited).toBe(130);
  child.terminal?.close();
  expect(seen).toContain("\u001b[32m✓\u001b[0m");
  expect(seen).toContain("…");
  expect(seen).toContain("Stopped.");
});

describe("proxies", () => {
  /** Notes what it is asked for and passes it on. */
  function startProxy() {
    const seen: string[] = [];
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 0,
      development: false,
      async fetch(request) {
        seen.push(`${request.method} ${new URL(request.url).pathname}`);
        const { method, headers } = request;
        headers.delete("proxy-connection");
        const body = method === "GET" ? undefined : await request.text();
        return fetch(request.url, { method, headers, ...(body === undefined ? {} : { body }) });
      },
    });
    return {
      seen,
      url: `http://me:${KEY}@127.0.0.1:${server.port}`,
      stop: () => server.stop(true),
    };
  }

  test("under Bun every request goes through it, and none with NO_PROXY", async () => {
    const proxy = startProxy();
    try {
      const clinic = start();
      const through = await run([bun, bundle, "doctor"], clinic, { HTTP_PROXY: proxy.url });
      expect(through.code).toBe(0);
      expect(through.stdout).toMatch(
        /✓ Proxy {8}http:\/\/\[redacted\]@127\.0\.0\.1:\d+ \(HTTP_PROXY\)/,
      );
      expect(through.stdout).toMatch(/✓ Connection {3}the proxy at 127\.0\.0\.1:/);
      expect(proxy.seen).toEqual(
        clinic.gateway.transcript.map(({ method, path }) => `${method} ${path}`),
      );
      // Three requests, the model list, and four pages where a balance might be.
      expect(proxy.seen).toHaveLength(8);

      proxy.seen.length = 0;
      const around = await run([bun, bundle, "doctor"], clinic, {
        HTTP_PROXY: proxy.url,
        NO_PROXY: "127.0.0.1",
      });
      expect(around.stdout).toContain("none: NO_PROXY takes this gateway out of HTTP_PROXY");
      expect(proxy.seen).toEqual([]);
    } finally {
      await proxy.stop();
    }
  });

  test("a gateway with TLS is reached through a tunnel", async () => {
    const clinic = start();
    const front = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      tls: certificate,
      async fetch(request) {
        const { pathname, search } = new URL(request.url);
        const { method, headers } = request;
        const body = method === "GET" ? {} : { body: await request.text() };
        return fetch(clinic.gateway.url + pathname + search, { method, headers, ...body });
      },
    });
    const tunnels: string[] = [];
    const proxy = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (head) => {
        const [, target = ""] = /^CONNECT (\S+)/.exec(String(head)) ?? [];
        tunnels.push(target);
        const upstream = connect(Number(target.split(":")[1]), "127.0.0.1");
        upstream.on("error", () => socket.destroy());
        upstream.once("connect", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
        socket.pipe(upstream).pipe(socket);
      });
    }).listen(0, "127.0.0.1");
    try {
      await once(proxy, "listening");
      const address = proxy.address();
      const port = typeof address === "object" ? address?.port : undefined;
      const ca = join(folder, "ca.pem");
      writeFileSync(ca, certificate.cert);
      const { stdout, code } = await run([bun, bundle, "doctor"], clinic, {
        OPENCODE_CODEX_BASE_URL: `https://127.0.0.1:${front.port}`,
        NODE_EXTRA_CA_CERTS: ca,
        HTTPS_PROXY: `127.0.0.1:${port}`,
      });
      expect(stdout).toMatch(/✓ Proxy {8}http:\/\/127\.0\.0\.1:\d+ \(HTTPS_PROXY\)/);
      expect(stdout).toMatch(/✓ Tool calling/);
      expect(code).toBe(0);
      expect(new Set(tunnels)).toEqual(new Set([`127.0.0.1:${front.port}`]));
    } finally {
      proxy.close();
      await front.stop(true);
    }
  });

  test("under a Node that ignores it, the doctor says so", async () => {
    const proxy = startProxy();
    try {
      const env = { HTTP_PROXY: proxy.url };
      const { stdout, code } = await run([node, bundle, "doctor"], start(), env);
      expect(code).toBe(0);
      expect(stdout).toMatch(/! Proxy .*but this run does not: Node .* ignores proxy variables/);
      expect(stdout).toContain("NODE_USE_ENV_PROXY=1");
      expect(proxy.seen).toEqual([]);
    } finally {
      await proxy.stop();
    }
  });
});
