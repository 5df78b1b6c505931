/** Gateways with a provider of their own in the host, beside `openai`. */
import { failureResponse } from "../failure.ts";
import type { GatewayRequest } from "../gateway.ts";
import type { SessionState } from "./session.ts";

/** Answers a request to the provider of this id, as long as the settings have it. */
export async function handleBeside(
  id: string,
  { beside, resolved: { problems } }: SessionState,
  request: GatewayRequest,
): Promise<Response> {
  const group = beside.get(id);
  if (group !== undefined) return group.gateway.handle(request);
  return failureResponse(
    problems.length > 0
      ? { type: "settings_invalid", problems }
      : { type: "beside_missing", provider: id },
  );
}
