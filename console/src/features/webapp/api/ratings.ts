import { ApiProblem } from "@/api/problem";
import type { SiteClient } from "./site-client";
import { forget, keep, kept } from "./storage";

export type Rating = "good" | "bad";

const placeOf = (runId: string) => `skep.site.rating.${runId}`;
const unsentOf = (runId: string) => `skep.site.unsent.${runId}`;

/** What the visitor thought of an answer when asked last. */
export function keptRating(runId: string): Rating | null {
  const rating = kept(placeOf(runId));
  return rating === "good" || rating === "bad" ? rating : null;
}

/**
 * Keeps a rating, then tells the gateway. Returns what holds now: `before` when the gateway refused.
 * One that did not get there stays, for `sendUnsent`.
 */
export async function rate(client: SiteClient, runId: string, next: Rating | null, before: Rating | null): Promise<Rating | null> {
  put(runId, next);
  // Until the gateway has answered: the page may be closed meanwhile.
  keep(unsentOf(runId), "1");
  try {
    await client.rate(runId, next);
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 0) return next;
    put(runId, before);
    forget(unsentOf(runId));
    return before;
  }
  forget(unsentOf(runId));
  return next;
}

/** Sends again what did not get to the gateway when the page was open last; undefined when all did. */
export async function sendUnsent(client: SiteClient, runId: string): Promise<Rating | null | undefined> {
  return kept(unsentOf(runId)) ? rate(client, runId, keptRating(runId), null) : undefined;
}

function put(runId: string, rating: Rating | null): void {
  if (rating) keep(placeOf(runId), rating);
  else forget(placeOf(runId));
}
