/** More gateways than the one that `baseURL` names. */
import * as v from "valibot";
import { allowed, BaseURLSchema, HeadersSchema, ResponsesPathSchema } from "./fields.ts";

/** The one that `baseURL` and the login stand for. */
export const mainGateway = "main";

export const GatewayNameSchema = v.pipe(
  v.string(allowed("gatewayName")),
  v.trim(),
  v.regex(/^(?![mM][aA][iI][nN]$)[A-Za-z0-9][\w.-]{0,39}$/, allowed("gatewayName")),
);

/** One of several gateways. */
export const GatewaySchema = v.object(
  {
    name: GatewayNameSchema,
    baseURL: BaseURLSchema,
    responsesPath: v.optional(ResponsesPathSchema),
    headers: v.optional(HeadersSchema),
    models: v.optional(
      v.pipe(
        v.array(
          v.pipe(v.string(allowed("modelIds")), v.trim(), v.nonEmpty(allowed("modelIds"))),
          allowed("modelIds"),
        ),
        v.description("Ids of the models it serves, in place of what its own list says."),
      ),
    ),
    keyEnv: v.optional(
      v.pipe(
        v.string(allowed("variable")),
        v.trim(),
        v.regex(/^[A-Za-z_]\w{0,99}$/, allowed("variable")),
        v.description("Environment variable that holds its key."),
      ),
    ),
    provider: v.optional(
      v.pipe(
        v.string(allowed("provider")),
        v.trim(),
        v.regex(/^(?!openai$)[a-z0-9][a-z0-9_-]{0,39}$/, allowed("provider")),
        v.description(
          "A provider of its own in OpenCode, beside openai: its models are picked as provider/model.",
        ),
      ),
    ),
  },
  allowed("object"),
);

export const GatewaysSchema = v.pipe(
  v.array(GatewaySchema, allowed("gateways")),
  v.check(
    (all) => new Set(all.map(({ name }) => name.toLowerCase())).size === all.length,
    allowed("uniqueNames"),
  ),
  v.description("More gateways, each with a name and a base URL. Their keys stand elsewhere."),
);

export type GatewayEntry = v.InferOutput<typeof GatewaySchema>;
