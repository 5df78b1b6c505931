import { describe, expect, test } from "bun:test";
import { refusesModel } from "../../../src/models/refused.ts";

describe("a refusal of the model", () => {
  test.each([
    "The model 'gpt-5.1-codx' does not exist",
    "The model `gpt-9` does not exist or you do not have access to it.",
    "The 'gpt-9' model is not supported when using Codex with a ChatGPT account.",
    "The model 'gpt-9' is not served here",
    "model gpt-9 not found",
    "model: gpt-9 not found",
    "Model gpt-9 is unknown",
    "Unknown model: gpt-9",
    "unsupported model gpt-9",
    "No such model",
    "No available channel for model gpt-9 under group default (distributor)",
    "当前分组 default 下对于模型 gpt-9 无可用渠道",
    "模型 gpt-9 不存在",
  ])("by its words: %s", (message) => {
    expect(refusesModel({ code: null, message })).toBe(true);
  });

  test.each(["model_not_found", "model_not_supported", "unknown_model", "invalid_model"])(
    "by its code: %s",
    (code) => {
      expect(refusesModel({ code, message: "no" })).toBe(true);
    },
  );

  test.each([
    "Unsupported value: 'none' is not supported with the 'gpt-5.1' model. Supported values are: low.",
    "Unsupported parameter: 'temperature' is not supported with this model.",
    "The model 'gpt-5.2' does not support image inputs",
    "The model is overloaded, try again later",
    "The requested file was not found",
    "",
  ])("is not: %s", (message) => {
    expect(refusesModel({ code: "unsupported_value", message })).toBe(false);
    expect(refusesModel({ code: null, message })).toBe(false);
  });
});
