/** The proxy that stands before a gateway, and its settings that matter to long answers. */
import type { Answer } from "../ask.ts";

type Setting = "buffering" | "bodyLimit" | "readTimeout";
type Front = { readonly name: string; readonly mark: string } & Readonly<Record<Setting, string>>;

/** As an operator writes them. `mark` is what their `server` header or their error pages say. */
const fronts: readonly Front[] = [
  {
    name: "nginx",
    mark: "nginx",
    buffering: "proxy_buffering off;",
    bodyLimit: "client_max_body_size 64m;",
    readTimeout: "proxy_read_timeout 600s;",
  },
  {
    name: "Caddy",
    mark: "caddy",
    buffering: "no response_buffers (buffer_responses) in reverse_proxy",
    bodyLimit: "request_body { max_size 64MB }",
    readTimeout: "transport http { response_header_timeout 600s }",
  },
  {
    name: "HAProxy",
    mark: "haproxy",
    buffering: "no http-response wait-for-body",
    bodyLimit: "http-request deny deny_status 413 if { req.body_size gt 67108864 }",
    readTimeout: "timeout server 600s",
  },
];

/** The setting of the proxy that answered; of each that it may be, where it does not say. */
export function settingOf(setting: Setting, { exchanges }: Pick<Answer, "exchanges">): string {
  const said = exchanges.at(-1)?.answer?.server?.toLowerCase() ?? "";
  const named = fronts.filter(({ mark }) => said.includes(mark));
  return (named.length > 0 ? named : fronts)
    .map((front) => `${front.name}: ${front[setting]}`)
    .join(", ");
}
