/** OpenCode's own configuration: the plugin in it, providers, models. */
import { join } from "node:path";
import { type HostState, listed, placeholder } from "./state.ts";

const writeIt = { en: /Write "plugin": \["\S+dist"\]/, zh: /请改写为 "plugin": \["\S+dist"\]/ };
const notListed = { en: /lists this plugin/, zh: /都没有列出本插件/ };
const addIt = {
  en: /Add "plugin": \["\S+dist"\]/,
  zh: /请把 "plugin": \["\S+dist"\] 加入/,
};
const mendFile = { en: /Mend \S+opencode\.json/, zh: /请修正 \S+opencode\.json/ };
const noJson = {
  check: "config",
  status: "fail",
  says: {
    en: /OpenCode cannot read \S+opencode\.json/,
    zh: /OpenCode 无法读取 \S+opencode\.json/,
  },
  cure: mendFile,
} as const;

export const openCodeStates: readonly HostState[] = [
  {
    name: "the plugin is not listed",
    config: { plugin: [] },
    check: "plugin",
    status: "fail",
    says: notListed,
    cure: addIt,
  },
  {
    name: "the plugin's name is misspelt",
    config: { plugin: ["opencode-openai-codex-kee"] },
    major: 1,
    check: "plugin",
    status: "fail",
    says: notListed,
    cure: addIt,
  },
  {
    name: "the plugin is listed and not installed",
    config: { plugin: ["opencode-openai-codex-key"] },
    check: "plugin",
    status: "fail",
    says: { en: /OpenCode could not install it/, zh: /但 OpenCode 无法安装它/ },
    cure: { en: /npm registry/, zh: /npm 仓库/ },
  },
  {
    name: "a plugin path where nothing is",
    config: { plugin: ["/nowhere/opencode-openai-codex-key/dist"] },
    check: "plugin",
    status: "fail",
    says: {
      en: /names \/nowhere\/opencode-openai-codex-key\/dist, and there is nothing/,
      zh: /中写的 \/nowhere\/opencode-openai-codex-key\/dist 不存在/,
    },
    cure: writeIt,
  },
  {
    name: "a file where OpenCode 2 wants a folder",
    config: { plugin: [join(placeholder, "index.js")] },
    major: 2,
    check: "plugin",
    status: "fail",
    says: { en: /loads folders only/, zh: /只加载文件夹/ },
    cure: writeIt,
  },
  {
    name: "OPENCODE_PURE",
    env: { OPENCODE_PURE: "1" },
    major: 1,
    check: "plugin",
    status: "fail",
    says: { en: /loads no plugin at all/, zh: /不加载任何插件/ },
    cure: { en: /Unset OPENCODE_PURE/, zh: /请取消设置 OPENCODE_PURE/ },
  },
  {
    name: "the plugin twice, with different options",
    config: {
      plugin: [
        [placeholder, { smallModel: "gpt-5.1-codex" }],
        [placeholder, { smallModel: "gpt-5.2" }],
      ],
    },
    check: "plugin",
    status: "warn",
    says: {
      en: /more than once in \S+opencode\.json, with different options/,
      zh: /opencode\.json 多次列出了插件且选项不同/,
    },
    cure: { en: /doctor --fix/, zh: /doctor --fix/ },
  },
  {
    name: "an opencode.json that is no JSON",
    config: '{ "plugin": ["',
    ...noJson,
  },
  {
    name: "an opencode.json with a comma too few",
    config: `{\n  "plugin": ["${placeholder}"]\n  "model": "openai/gpt-5.1-codex"\n}`,
    major: 1,
    ...noJson,
  },
  {
    name: "an opencode.json with a wrong value",
    config: { ...listed, disabled_providers: "openai" },
    major: 1,
    check: "config",
    status: "fail",
    says: {
      en: /OpenCode refuses its configuration: .*opencode\.json/,
      zh: /OpenCode 拒绝了它的配置：.*opencode\.json/,
    },
    cure: { en: /Mend what it names/, zh: /请修正它指出的内容/ },
  },
  {
    name: "the provider is switched off",
    config: { ...listed, disabled_providers: ["openai"] },
    check: "provider",
    status: "fail",
    says: {
      en: /"disabled_providers" in \S+opencode\.json hides openai/,
      zh: /opencode\.json 中的 "disabled_providers" 隐藏了 openai/,
    },
    cure: { en: /Take "openai" out/, zh: /删除 "openai"/ },
  },
  {
    name: "the provider is not among those switched on",
    config: { ...listed, enabled_providers: ["anthropic"] },
    check: "provider",
    status: "fail",
    says: {
      en: /"enabled_providers" in \S+opencode\.json leaves openai out/,
      zh: /opencode\.json 中的 "enabled_providers" 没有包含 openai/,
    },
    cure: { en: /Add "openai"/, zh: /请把 "openai" 加入/ },
  },
  {
    name: "the model lacks its provider",
    config: { ...listed, model: "gpt-5.1-codex" },
    check: "model",
    status: "fail",
    says: {
      en: /"gpt-5\.1-codex" and lacks its provider/,
      zh: /"gpt-5\.1-codex"，缺少提供商前缀/,
    },
    cure: {
      en: /Write "openai\/gpt-5\.1-codex"/,
      zh: /写成 "openai\/gpt-5\.1-codex"/,
    },
  },
  {
    name: "the model is not served",
    config: { ...listed, model: "openai/gpt-5.1-codex-hihg" },
    check: "model",
    status: "fail",
    says: { en: /which the gateway does not serve/, zh: /网关不提供这个模型/ },
    cure: { en: /openai\/gpt-5\.1-codex-high/, zh: /openai\/gpt-5\.1-codex-high/ },
  },
  {
    name: "the small model is not served",
    config: { ...listed, model: "openai/gpt-5.1-codex", small_model: "openai/gpt-9-nano" },
    check: "model",
    status: "fail",
    says: {
      en: /"small_model" .*"openai\/gpt-9-nano", which the gateway does not serve/,
      zh: /"small_model" 是 "openai\/gpt-9-nano"，网关不提供这个模型/,
    },
    cure: { en: /openai\/gpt-\S+/, zh: /请选择网关提供的模型：openai\/gpt-\S+/ },
  },
  {
    name: "the model of an agent is not served",
    config: { ...listed, agent: { plan: { model: "openai/gpt-5.2-codx" } } },
    major: 1,
    check: "model",
    status: "fail",
    says: {
      en: /"agent\.plan\.model" .*which the gateway does not serve/,
      zh: /"agent\.plan\.model" 是 "openai\/gpt-5\.2-codx"，网关不提供/,
    },
    cure: { en: /openai\/gpt-5\.2-codex/, zh: /openai\/gpt-5\.2-codex/ },
  },
];
