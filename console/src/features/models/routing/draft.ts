import type { Limits, Route } from "./api";

export const HEDGES = ["none", "p95", "seconds"] as const;

/** A route as it is typed. */
export interface RouteDraft {
  fallbacks: string[];
  hedge: (typeof HEDGES)[number];
  hedgeSeconds: string;
  firstToken: string;
  idle: string;
}

export function draftOf(route: Route = {}): RouteDraft {
  const { hedge_after_s: hedge } = route;
  return {
    fallbacks: route.fallbacks ?? [],
    hedge: hedge === "p95" ? "p95" : hedge ? "seconds" : "none",
    hedgeSeconds: typeof hedge === "number" ? String(hedge) : "",
    firstToken: textOf(route.first_token_timeout_s),
    idle: textOf(route.idle_timeout_s),
  };
}

export function routeOf(draft: RouteDraft): Route {
  return {
    fallbacks: draft.fallbacks,
    hedge_after_s: draft.hedge === "seconds" ? numberOf(draft.hedgeSeconds) : draft.hedge === "p95" ? "p95" : null,
    first_token_timeout_s: numberOf(draft.firstToken),
    idle_timeout_s: numberOf(draft.idle),
  };
}

/** Whether a text is a number of seconds, or nothing. */
export function isSeconds(text: string): boolean {
  return text.trim() === "" || Number(text) > 0;
}

export function isSound(draft: RouteDraft): boolean {
  const hedge = draft.hedge !== "seconds" || (draft.hedgeSeconds.trim() !== "" && isSeconds(draft.hedgeSeconds));
  return hedge && isSeconds(draft.firstToken) && isSeconds(draft.idle);
}

export const RATES = ["requests", "tokens", "concurrent"] as const;
export type LimitsDraft = Record<(typeof RATES)[number], string>;

export function limitsDraftOf(limits: Limits = {}): LimitsDraft {
  return {
    requests: textOf(limits.requests_per_minute),
    tokens: textOf(limits.tokens_per_minute),
    concurrent: textOf(limits.concurrent),
  };
}

/** What the form says, or null when it sets no limit. */
export function limitsOf(draft: LimitsDraft): Limits | null {
  const limits = {
    requests_per_minute: numberOf(draft.requests),
    tokens_per_minute: numberOf(draft.tokens),
    concurrent: numberOf(draft.concurrent),
  };
  return Object.values(limits).every((limit) => limit === null) ? null : limits;
}

export function isCount(text: string): boolean {
  return text.trim() === "" || /^[1-9]\d{0,8}$/.test(text.trim());
}

function textOf(value: number | null | undefined): string {
  return value ? String(value) : "";
}

function numberOf(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}
