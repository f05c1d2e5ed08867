// Asks through the AI SDK for JavaScript, which shares no code with OpenAI's own; prints what came as JSON.
// It is read from standard input, in the console's folder, where the packages are.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embedMany, generateObject, generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";

const { SKEP_OPENAI_URL: baseURL, SKEP_API_KEY: apiKey, SKEP_ASK: task, SKEP_MODEL: name } = process.env;
const provider = createOpenAICompatible({ name: "skep", baseURL, apiKey, includeUsage: true });
const model = provider(name);
const asked = { model, maxRetries: 0 };

async function text() {
  const made = await generateText({ ...asked, system: "Be brief.", prompt: "[[text]]" });
  return { text: made.text, finish: made.finishReason, tokens: made.usage.outputTokens };
}

async function stream() {
  const pieces = [];
  const made = streamText({ ...asked, prompt: "[[stream]]", onError: () => undefined });
  for await (const piece of made.textStream) pieces.push(piece);
  return { pieces, finish: await made.finishReason, tokens: (await made.usage).outputTokens };
}

async function tools() {
  const called = [];
  const weather = tool({
    description: "Tells the weather.",
    inputSchema: jsonSchema({ type: "object", properties: { city: { type: "string" } }, required: ["city"] }),
    execute: ({ city }) => {
      called.push(city);
      return `Rain in ${city}.`;
    },
  });
  const made = await generateText({ ...asked, tools: { weather }, stopWhen: stepCountIs(3), prompt: "[[tools]]" });
  return { called, text: made.text, steps: made.steps.length };
}

async function object() {
  const schema = jsonSchema({ type: "object", properties: { n: { type: "integer" } }, required: ["n"] });
  return (await generateObject({ ...asked, schema, prompt: "[[object]]" })).object;
}

async function embeddings() {
  const made = await embedMany({ model: provider.textEmbeddingModel(name), values: ["one", "two"], maxRetries: 0 });
  return { count: made.embeddings.length, dimensions: made.embeddings[0].length };
}

async function refused() {
  try {
    await generateText({ ...asked, prompt: "hello" });
  } catch (error) {
    return { status: error.statusCode, message: error.message };
  }
  return {};
}

const tasks = { text, stream, tools, object, embeddings, refused };
console.log(JSON.stringify(await tasks[task]()));
