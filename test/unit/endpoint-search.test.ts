import { describe, expect, test } from "bun:test";
import { createEndpointSearch, type Walk } from "../../src/endpoint-search.ts";

const candidates = ["a", "b", "c"];

/** The way of one request, endpoint by endpoint. */
function step(walk: Walk<string>) {
  const endpoints = walk.endpoints[Symbol.asyncIterator]();
  return {
    ...walk,
    next: async () => (await endpoints.next()).value,
    /** As a loop that is left. */
    leave: () => endpoints.return?.(),
  };
}

/** What has come of a promise by now: nothing where it is still waited for. */
async function byNow<T>(promise: Promise<T>): Promise<T | "waits"> {
  return Promise.race([promise, Bun.sleep(20).then(() => "waits" as const)]);
}

describe("where the next request begins", () => {
  test("at the endpoint that was found, until it turns out to be none", async () => {
    const { begin } = createEndpointSearch<string>();
    const start = () => step(begin({ candidates, known: undefined }));
    const first = start();
    expect(await first.next()).toBe("a");
    first.reject("a", "no");
    expect(await first.next()).toBe("b");
    first.found("b");
    await first.leave();

    const second = start();
    expect(await second.next()).toBe("b");
    second.reject("b", "gone");
    expect(await second.next()).toBe("a");
    await second.leave();
    expect(await start().next()).toBe("a");
  });
});

describe("a request beside a search", () => {
  test("that was given up goes on with it, and a third waits for that one", async () => {
    const { begin } = createEndpointSearch<string>();
    const [one, two, three] = [0, 1, 2].map(() => step(begin({ candidates, known: undefined })));
    if (!one || !two || !three) throw new Error("three");
    expect(await one.next()).toBe("a");
    const others = [two.next(), three.next()] as const;
    one.reject("a", "no");
    expect(await one.next()).toBe("b");
    // Its host leaves.
    await one.leave();
    expect(await others[0]).toBe("b");
    expect(await byNow(others[1])).toBe("waits");
    two.found("b");
    await two.leave();
    expect(await others[1]).toBe("b");
  });

  test("does not wait where there is one endpoint alone", async () => {
    const { begin } = createEndpointSearch<string>();
    const [one, two] = [0, 1].map(() => step(begin({ candidates: ["a"], known: undefined })));
    expect(await one?.next()).toBe("a");
    expect(await byNow(Promise.resolve(two?.next()))).toBe("a");
  });

  test("of which every endpoint was asked in vain asks none, and knows what they said", async () => {
    const { begin } = createEndpointSearch<string>();
    const [one, two] = [0, 1].map(() => step(begin({ candidates, known: undefined })));
    if (!one || !two) throw new Error("two");
    let asked = await one.next();
    const other = two.next();
    for (; asked !== undefined; asked = await one.next()) one.reject(asked, `no ${asked}`);
    expect(await other).toBeUndefined();
    expect(two.tried()).toEqual(["no a", "no b", "no c"]);
  });
});
