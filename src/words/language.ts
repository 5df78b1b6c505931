/** Which language a user reads. Pure. */

/** As settings and variables name them; `zh` is Simplified Chinese. */
export const languages = ["en", "zh"] as const;
export type Language = (typeof languages)[number];

export type LanguageSources = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `language` of the settings. */
  readonly setting?: string | undefined;
  /** Of the system, such as `zh-CN`: what `Intl` says. */
  readonly locale?: string | undefined;
};

/**
 * The first source that says anything decides, so that `LC_ALL=C` means English on a Chinese machine
 * too. A language without a table is read as English, which more people can read than Chinese.
 */
export function chooseLanguage({ env, setting, locale }: LanguageSources): Language {
  // The first is of the plugin alone; of POSIX's, the strongest first.
  const posix = [env.LC_ALL, env.LC_MESSAGES, env.LANG];
  const said = [env.OPENCODE_CODEX_LANG, setting, ...posix, locale]
    .map((text) => text?.trim().toLowerCase())
    .find(Boolean);
  // `zh-CN`, `zh_CN.UTF-8`, `zh-Hans-SG`, `zh_TW@radical`; some write the country for the language.
  const [primary] = said?.split(/[-_.@]/) ?? [];
  return primary === "zh" || primary === "cn" ? "zh" : "en";
}

/** The locale of the system, which `Intl` knows on every runtime. */
export function systemLocale(): string {
  return Intl.DateTimeFormat().resolvedOptions().locale;
}
