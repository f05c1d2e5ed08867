import { api, call, type Schema } from "@/api/client";
import { useCursorPages } from "@/api/query";

export type AuditRecord = Schema<"AuditRecordView">;

/** What comes before the dot of an action. */
export const AREAS = [
  "apps",
  "sites",
  "imports",
  "datasets",
  "models",
  "tools",
  "guardrails",
  "budgets",
  "webhooks",
  "runs",
  "waits",
  "plugins",
  "members",
  "identity",
] as const;
export type Area = (typeof AREAS)[number];

const HOUR_MS = 3_600_000;
export const PERIODS = { day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS, month: 30 * 24 * HOUR_MS } as const;
export type Period = keyof typeof PERIODS;

export interface AuditFilter {
  area?: string | undefined;
  actor?: string | undefined;
  period?: Period | undefined;
}

export function useAudit({ area, actor, period }: AuditFilter) {
  return useCursorPages(["audit", area, actor, period], (cursor, signal) => {
    const query = {
      ...(area ? { action: area } : {}),
      ...(actor ? { actor } : {}),
      ...(period ? { since: new Date(Date.now() - PERIODS[period]).toISOString() } : {}),
      ...(cursor ? { cursor } : {}),
    };
    return call(api.GET("/api/v1/audit-records", { params: { query }, signal }));
  });
}
