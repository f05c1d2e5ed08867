import type { Translate } from "@/i18n";

export type Kind = "chat" | "agent" | "completion" | "chatflow" | "workflow";

interface Step {
  type: string;
  title?: string;
  settings?: Record<string, unknown>;
}

const STEP_PX = 300;

/** The document that a kind of app begins with: what it cannot do without, in a row. */
export function blankDocument(kind: Kind, name: string, t: Translate): string {
  const steps = STEPS[kind](t);
  const ids = Object.keys(steps);
  return JSON.stringify({
    skep: 1,
    app: { name, mode: kind === "workflow" || kind === "completion" ? "workflow" : "chat" },
    nodes: steps,
    edges: ids.slice(1).map((id, index) => ({ from: ids[index], to: id })),
    layout: Object.fromEntries(ids.map((id, index) => [id, [index * STEP_PX, 0]])),
  });
}

const STEPS: Record<Kind, (t: Translate) => Record<string, Step>> = {
  chat: () => ({
    start: { type: "start" },
    reply: { type: "llm", settings: { model: "default", prompt: "{{sys.query}}", memory: { window: 10 } } },
    answer: { type: "answer", settings: { text: "{{reply.text}}" } },
  }),
  agent: () => ({
    start: { type: "start" },
    agent: { type: "agent", settings: { model: "default", query: "{{sys.query}}", memory: { window: 10 } } },
    answer: { type: "answer", settings: { text: "{{agent.text}}" } },
  }),
  completion: (t) => ({
    start: {
      type: "start",
      settings: { fields: [{ name: "text", label: t("apps.kindCompletion"), type: "paragraph", required: true }] },
    },
    write: { type: "llm", settings: { model: "default", prompt: "{{start.text}}" } },
    answer: { type: "answer", settings: { text: "{{write.text}}" } },
    end: { type: "end", settings: { outputs: { text: "{{write.text}}" } } },
  }),
  chatflow: () => ({
    start: { type: "start" },
    answer: { type: "answer", settings: { text: "{{sys.query}}" } },
  }),
  workflow: () => ({
    start: { type: "start" },
    end: { type: "end", settings: { outputs: {} } },
  }),
};
