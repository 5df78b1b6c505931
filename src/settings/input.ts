/** What the settings are made of beside the files on disk. */
import type { ConfigLocation } from "./config-files.ts";

/** What the host has stored for `openai`. */
export type Login =
  | {
      readonly type: "api";
      readonly key: string;
      /** `metadata.baseURL`, as typed at the login: nothing where it was not asked for, or no URL. */
      readonly baseURL: string | undefined;
      /** The base URL that was offered and kept, where the host stores that with the key. */
      readonly kept?: string | undefined;
      /** Where it is stored, if that is known. */
      readonly source?: string;
    }
  /** ChatGPT's own login, for which the plugin steps aside. */
  | { readonly type: "oauth" };

export type SettingsInput = ConfigLocation & {
  /** The plugin's options in `opencode.json`. */
  readonly pluginOptions: unknown;
  /** `provider.openai` of the merged configuration, as the host hands it on. */
  readonly provider: { readonly api?: unknown; readonly options?: unknown } | undefined;
  readonly login: Login | undefined;
  /** Of the system, such as `zh-CN`. */
  readonly locale?: string | undefined;
  /** Look without touching: a login that the file has not seen is not written into it. */
  readonly readOnly?: boolean;
  /** False once there is a newer login, which this one must not be written over. */
  readonly isCurrent?: () => boolean;
};

export const keyVariable = "OPENCODE_CODEX_API_KEY";
