/** A broken set-up, and what is in many of them. */
import type { CheckId } from "../../../../src/cli/types.ts";
import type { Language } from "../../../../src/words/language.ts";
import type { GatewayOptions } from "../../../gateway/types.ts";

export type HostState = {
  readonly name: string;
  /** `opencode.json` of the project; a string is written as it is. Default: lists the plugin. */
  readonly config?: object | string;
  /** The settings file; a string is written as it is, `null` writes none. Default: the gateway's URL. */
  readonly settings?: ((gateway: string) => object | string) | null;
  /** The key that is stored; `null` for none. Default: the gateway's. */
  readonly key?: string | null;
  /** The whole record in `auth.json`, in place of a key. */
  readonly record?: object;
  readonly env?: Readonly<Record<string, string>>;
  /** What everybody on the machine may read: a file of the plugin's, or OpenCode's with the key. */
  readonly open?: "settings" | "key";
  readonly gateway?: Partial<GatewayOptions>;
  /** Which of the two it is about. Default both. */
  readonly major?: 1 | 2;
  /** The check that has something to say; nothing where all is well. */
  readonly check?: CheckId;
  readonly status?: "warn" | "fail";
  /** The cause that is named, and the one thing to do. */
  readonly says: Said;
  readonly cure: Said;
};

export type Said = Readonly<Record<Language, RegExp>>;

/** Stands for the built plugin, until a state is played. */
export const placeholder = "<plugin>";

/** `opencode.json` that lists it. */
export const listed = { plugin: [placeholder] };
