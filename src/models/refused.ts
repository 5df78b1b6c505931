/** A refusal of the model itself: how it is known, and what to advise. Pure. */

export type ModelRefusal = { readonly code: string | null; readonly message: string };

const codes = /^(model_not_\w+|(unknown|unsupported|invalid)_model)$/;

/**
 * What gateways say of a model they do not serve. The name stands right beside the word "model", so
 * that "'none' is not supported with the 'gpt-5.1' model" is not taken for one of these.
 */
const phrases: readonly RegExp[] = [
  /\bmodel:? [`'"]?[^\s`'"]+[`'"]? (does not exist|is unknown|(is |was )?not (found|supported|available|served))/i,
  /[`'"][^`'"]+[`'"] model (does not exist|(is |was )?not (found|supported|available|served))/i,
  /\b(unknown|unsupported|no such) model\b/i,
  // Relays of the one-api and new-api families, which answer in Chinese too.
  /\bno available channels? for model\b/i,
  /模型[^模\n]*(不存在|不支持|无可用渠道|没有可用)/,
];

/** Whether the gateway refused a request because of its model. */
export function refusesModel({ code, message }: ModelRefusal): boolean {
  return codes.test(code ?? "") || phrases.some((phrase) => phrase.test(message));
}
