/** A model writes prompts, schemas and code. */
export const drafting = {
  again: "Change it",
  change: "What should be different?",
  draft: "Draft",
  example_code: "Turn a list of order lines into a total with tax…",
  example_prompt: "Sort a message into question, complaint or praise, and say why…",
  example_schema: "A person with a name, a birthday and up to three phone numbers…",
  hint: "The default model writes; you look at it and change it. It counts like any call.",
  open: "Write with a model",
  title_code: "Write code with a model",
  title_prompt: "Write a prompt with a model",
  title_schema: "Write a JSON Schema with a model",
  tokens: { one: "{count} token", other: "{count} tokens" },
  use: "Use it",
  wish: "What should it do?",
  write: "Write it",
} as const;
