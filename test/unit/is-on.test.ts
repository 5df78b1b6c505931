import { expect, test } from "bun:test";
import { isOn } from "../../src/is-on.ts";

test.each([
  ["1", true],
  ["true", true],
  ["TRUE", true],
  ["True", true],
  ["0", false],
  ["false", false],
  ["yes", false],
  ["", false],
  [undefined, false],
])("%p: %p", (flag, on) => expect(isOn(flag)).toBe(on));
