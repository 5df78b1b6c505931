/** What OpenCode 2 knows of OpenAI by models.dev, of which it has no copy: one model. */

/** @param api the address of a stand-in. */
export function officialModels(api: string): string {
  const openai = {
    id: "openai",
    name: "OpenAI",
    env: ["OPENAI_API_KEY"],
    npm: "@ai-sdk/openai",
    api,
    models: {
      "gpt-5.2": {
        id: "gpt-5.2",
        name: "GPT-5.2",
        attachment: true,
        reasoning: true,
        tool_call: true,
        temperature: false,
        release_date: "2025-12-11",
        last_updated: "2025-12-11",
        open_weights: false,
        modalities: { input: ["text", "image"], output: ["text"] },
        cost: { input: 1, output: 1 },
        limit: { context: 400_000, output: 128_000 },
      },
    },
  };
  return JSON.stringify({ openai });
}
