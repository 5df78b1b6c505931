/** Gateways with a provider of their own in the host, beside `openai`. */
import { failureResponse } from "../failure.ts";
import type { GatewayRequest } from "../gateway.ts";
import type { JsonObject } from "../json.ts";
import type { HostModels } from "./model.ts";
import { createHostModels } from "./models.ts";
import type { createSession, SessionState } from "./session.ts";

export type BesideProvider = {
  readonly id: string;
  /** Of its first gateway. */
  readonly name: string;
  readonly baseURL: string;
  readonly models: HostModels;
};

/** The providers as the host is to show them, with the lists of their gateways. */
export async function loadBeside(
  { beside }: SessionState,
  session: Pick<ReturnType<typeof createSession>, "loadModelsOf">,
  options: JsonObject,
): Promise<BesideProvider[]> {
  const providers: BesideProvider[] = [];
  for (const [id, group] of beside) {
    await session.loadModelsOf(group);
    const [{ name, member }] = group.rooms;
    if (member === undefined) continue;
    const models = createHostModels({}, { knowledge: group.knowledge(), options });
    providers.push({ id, name, baseURL: member.baseURL, models });
  }
  return providers;
}

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
