import { expect, test } from "bun:test";
import type { ConfiguredGateway } from "../../../src/settings/gateways.ts";
import { secretsOf } from "../../../src/settings/secrets.ts";

const gateway = (name: string, headers: Readonly<Record<string, string>>): ConfiguredGateway => ({
  name,
  resolved: { settings: { headers }, sources: {}, problems: [], lookedIn: [] },
  key: { value: `key-of-${name}`, source: "" },
  models: undefined,
  provider: undefined,
});

test("every gateway's key and the secrets of its headers, once", () => {
  const loaded = {
    ...gateway("a", { authorization: "Bearer of-main" }).resolved,
    key: { value: "key-of-a", source: "" },
    gateways: [gateway("a", {}), gateway("b", { "x-token": "token-of-b", "x-team": "frontend" })],
    beside: [gateway("beside", { "x-secret": "secret-of-it" })],
  };
  const found = ["key-of-a", "key-of-b", "key-of-beside", "secret-of-it", "token-of-b"];
  expect(secretsOf(loaded).toSorted()).toEqual(["Bearer of-main", ...found]);
  expect(secretsOf(undefined)).toEqual([]);
});
