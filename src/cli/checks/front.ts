/** The proxy that stands before a gateway, and its settings that matter to long answers. */
import type { Answer } from "../ask.ts";
import type { CliWords } from "../words/words.ts";

type SettingName = "buffering" | "bodyLimit" | "readTimeout";
/** What is written into its configuration, or taken out of it. */
export type FrontSetting = { readonly write: string } | { readonly remove: string };
type Front = { readonly name: string; readonly mark: string } & Readonly<
  Record<SettingName, FrontSetting>
>;

/** As an operator writes them. `mark` is what their `server` header or their error pages say. */
const fronts: readonly Front[] = [
  {
    name: "nginx",
    mark: "nginx",
    buffering: { write: "proxy_buffering off;" },
    bodyLimit: { write: "client_max_body_size 64m;" },
    readTimeout: { write: "proxy_read_timeout 600s;" },
  },
  {
    name: "Caddy",
    mark: "caddy",
    buffering: { remove: "response_buffers (buffer_responses)" },
    bodyLimit: { write: "request_body { max_size 64MB }" },
    readTimeout: { write: "transport http { response_header_timeout 600s }" },
  },
  {
    name: "HAProxy",
    mark: "haproxy",
    buffering: { remove: "http-response wait-for-body" },
    bodyLimit: { write: "http-request deny deny_status 413 if { req.body_size gt 67108864 }" },
    readTimeout: { write: "timeout server 600s" },
  },
];

/** The setting of the proxy that answered; of each that it may be, where it does not say. */
export function settingOf(
  setting: SettingName,
  { exchanges }: Pick<Answer, "exchanges">,
  { front: words }: CliWords["requests"],
): string {
  const said = exchanges.at(-1)?.answer?.server?.toLowerCase() ?? "";
  const named = fronts.filter(({ mark }) => said.includes(mark));
  return words.all(
    (named.length > 0 ? named : fronts).map((front) => words.one(front.name, front[setting])),
  );
}
