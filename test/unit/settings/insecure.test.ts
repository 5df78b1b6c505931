import { expect, test } from "bun:test";
import { isInsecure } from "../../../src/settings/insecure.ts";

test.each([
  // Loopback and the user's own network.
  ["http://localhost:3000", false],
  ["http://gateway.localhost", false],
  ["http://127.0.0.1:8080/v1", false],
  ["http://127.255.0.3", false],
  ["http://2130706433", false],
  ["http://[::1]:3000", false],
  ["http://10.0.0.1", false],
  ["http://10.255.255.255", false],
  ["http://172.16.0.1", false],
  ["http://172.31.255.255", false],
  ["http://192.168.178.20", false],
  ["http://169.254.1.1", false],
  ["http://[fd12:3456::1]", false],
  ["http://[fc00::1]", false],
  ["http://[fe80::1]", false],
  ["http://nas", false],
  ["http://nas.local", false],
  ["http://relay.lan", false],
  ["http://relay.internal", false],
  ["http://relay.home.arpa", false],
  // With TLS nobody listens in.
  ["https://gateway.example", false],
  ["https://8.8.8.8", false],
  // The internet.
  ["http://gateway.example", true],
  ["HTTP://GATEWAY.EXAMPLE", true],
  ["http://8.8.8.8", true],
  ["http://172.15.0.1", true],
  ["http://172.32.0.1", true],
  ["http://192.169.0.1", true],
  ["http://11.0.0.1", true],
  ["http://128.0.0.1", true],
  ["http://[2001:db8::1]", true],
  ["http://[::1:2]", true],
  // Public names that only look like private addresses.
  ["http://10.example.com", true],
  ["http://127.0.0.1.example.com", true],
  ["http://192.168.example.com", true],
  ["http://172.16.example.com", true],
  ["http://localhost.example.com", true],
  ["http://notlocalhost.com", true],
])("%s: %p", (baseURL, insecure) => {
  expect(isInsecure(baseURL)).toBe(insecure);
});
