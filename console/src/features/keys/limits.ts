import type { Schema } from "@/api/client";

export type KeyLimits = Schema<"KeyLimitsView">;

/** Limits as the form holds them: texts. */
export interface LimitsDraft {
  requests: string;
  tokens: string;
  concurrent: string;
  models: string;
}

export const NO_LIMITS: LimitsDraft = { requests: "", tokens: "", concurrent: "", models: "" };

/** Limits as the form shows them. */
export function draftOf(limits: KeyLimits | null | undefined): LimitsDraft {
  const text = (value: number | null | undefined) => (value ? String(value) : "");
  return {
    requests: text(limits?.requests_per_minute),
    tokens: text(limits?.tokens_per_minute),
    concurrent: text(limits?.concurrent),
    models: (limits?.models ?? []).join("\n"),
  };
}

/** What the form says, or null when it sets no limit. */
export function limitsOf(draft: LimitsDraft): KeyLimits | null {
  const models = draft.models
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter(Boolean);
  const limits = {
    requests_per_minute: numberOf(draft.requests),
    tokens_per_minute: numberOf(draft.tokens),
    concurrent: numberOf(draft.concurrent),
    models,
  };
  const isEmpty = limits.requests_per_minute === null && limits.tokens_per_minute === null && limits.concurrent === null && models.length === 0;
  return isEmpty ? null : limits;
}

/** Whether every number of the form is one. */
export function isSound(draft: LimitsDraft): boolean {
  return [draft.requests, draft.tokens, draft.concurrent].every((text) => !text.trim() || /^[1-9]\d{0,8}$/.test(text.trim()));
}

function numberOf(text: string): number | null {
  return text.trim() ? Number(text) : null;
}
