import type { PlainKey } from "@/i18n";

/** What an event is about. */
export type Noun = "run" | "document" | "app" | "usage" | "guardrail" | "feedback" | "plugin";

export interface EventKind {
  type: string;
  says: PlainKey;
}

export const NOUNS: Readonly<Record<Noun, { title: PlainKey; kinds: readonly EventKind[] }>> = {
  run: {
    title: "events.noun_run",
    kinds: [
      { type: "run.began.v1", says: "events.run_began" },
      { type: "run.succeeded.v1", says: "events.run_succeeded" },
      { type: "run.failed.v1", says: "events.run_failed" },
      { type: "run.paused.v1", says: "events.run_paused" },
      { type: "run.resumed.v1", says: "events.run_resumed" },
      { type: "run.cancelled.v1", says: "events.run_cancelled" },
    ],
  },
  document: {
    title: "events.noun_document",
    kinds: [
      { type: "document.indexed.v1", says: "events.document_indexed" },
      { type: "document.failed.v1", says: "events.document_failed" },
      { type: "document.deleted.v1", says: "events.document_deleted" },
    ],
  },
  app: {
    title: "events.noun_app",
    kinds: [
      { type: "app.published.v1", says: "events.app_published" },
      { type: "app.deleted.v1", says: "events.app_deleted" },
    ],
  },
  usage: { title: "events.noun_usage", kinds: [{ type: "usage.recorded.v1", says: "events.usage_recorded" }] },
  guardrail: { title: "events.noun_guardrail", kinds: [{ type: "guardrail.tripped.v1", says: "events.guardrail_tripped" }] },
  feedback: { title: "events.noun_feedback", kinds: [{ type: "feedback.given.v1", says: "events.feedback_given" }] },
  plugin: {
    title: "events.noun_plugin",
    kinds: [
      { type: "plugin.installed.v1", says: "events.plugin_installed" },
      { type: "plugin.removed.v1", says: "events.plugin_removed" },
    ],
  },
};

/** What webhooks are told: all but what concerns the whole platform. */
export const FOR_WEBHOOKS: readonly Noun[] = ["run", "document", "app", "usage", "guardrail", "feedback"];
