import type { App } from "@/features/apps";
import type { FormField } from "@/features/runs";

interface Wanted {
  origin: string;
  app: Pick<App, "id" | "name" | "mode">;
  fields: readonly FormField[];
}

/** A value that fits a field, for somebody to replace. */
function example(field: FormField): unknown {
  if (field.default !== undefined && field.default !== null) return field.default;
  switch (field.type) {
    case "number":
      return 1;
    case "checkbox":
      return true;
    case "select":
      return field.options?.[0] ?? "…";
    case "multi-select":
      return field.options?.slice(0, 1) ?? [];
    case "date":
      return "2026-01-31";
    case "datetime":
      return "2026-01-31T09:00:00Z";
    case "object":
    case "json":
      return {};
    case "files":
      return [];
    default:
      return "…";
  }
}

/** What is sent to start a run of an app. */
export function orderOf({ app, fields }: Wanted): Record<string, unknown> {
  const asked = fields.filter((field) => field.required && !field.hidden);
  return {
    app: app.name,
    ...(app.mode === "chat" ? { query: "Hello!" } : {}),
    inputs: Object.fromEntries(asked.map((field) => [field.name, example(field)])),
  };
}

/** Code that calls an app, in four ways; it reads the key from `SKEP_API_KEY`. */
export function snippets(wanted: Wanted) {
  const { origin, app } = wanted;
  const order = orderOf(wanted);
  const json = JSON.stringify(order, null, 2);
  const answer = app.mode === "chat" ? "answer" : "outputs";
  return {
    curl: `curl ${origin}/api/v1/runs \\
  -H "Authorization: Bearer $SKEP_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${json.replaceAll("'", String.raw`'\''`)}'`,
    python: `import os

import httpx

answer = httpx.post(
    "${origin}/api/v1/runs",
    headers={"Authorization": f"Bearer {os.environ['SKEP_API_KEY']}"},
    json=${pythonOf(order)},
    timeout=None,
)
answer.raise_for_status()
print(answer.json()["${answer}"])`,
    javascript: `const answer = await fetch("${origin}/api/v1/runs", {
  method: "POST",
  headers: {
    Authorization: \`Bearer \${process.env.SKEP_API_KEY}\`,
    "Content-Type": "application/json",
  },
  body: JSON.stringify(${json.replaceAll("\n", "\n  ")}),
});
if (!answer.ok) throw new Error(await answer.text());
console.log((await answer.json()).${answer});`,
    openai: `import os

from openai import OpenAI

client = OpenAI(base_url="${origin}/openai/v1", api_key=os.environ["SKEP_API_KEY"])
stream = client.chat.completions.create(
    model=${JSON.stringify(`app/${app.name}`)},
    messages=[{"role": "user", "content": "Hello!"}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)`,
  };
}

/** A JSON value as Python writes it. */
export function pythonOf(value: unknown, indent = 4): string {
  const pad = " ".repeat(indent + 4);
  const end = " ".repeat(indent);
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return value.length ? `[${value.map((each) => pythonOf(each, indent)).join(", ")}]` : "[]";
  if (typeof value === "object") {
    const entries = Object.entries(value);
    if (entries.length === 0) return "{}";
    return `{\n${entries.map(([name, each]) => `${pad}${JSON.stringify(name)}: ${pythonOf(each, indent + 4)},\n`).join("")}${end}}`;
  }
  return JSON.stringify(value);
}
