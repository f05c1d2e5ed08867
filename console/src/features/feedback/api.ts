import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, call, type Schema } from "@/api/client";
import { useCursorPages } from "@/api/query";

export type Feedback = Schema<"FeedbackView">;
export type Rating = NonNullable<Feedback["rating"]>;

export interface FeedbackFilter {
  app?: string | undefined;
  conversation?: string | undefined;
  rating?: Rating | undefined;
  rater?: Feedback["rater"] | undefined;
  corrected?: boolean | undefined;
}

/** What is said of answers, the latest first. */
export function useFeedback({ app, conversation, rating, rater, corrected }: FeedbackFilter) {
  return useCursorPages<Feedback>(["feedback", "list", app, conversation, rating, rater, corrected], (cursor, signal) => {
    const query = {
      limit: conversation ? 200 : 50,
      ...(app ? { app } : {}),
      ...(conversation ? { conversation } : {}),
      ...(rating ? { rating } : {}),
      ...(rater ? { rater } : {}),
      ...(corrected ? { has_correction: true } : {}),
      ...(cursor ? { cursor } : {}),
    };
    return call(api.GET("/api/v1/feedback", { params: { query }, signal }));
  });
}

export interface TeamFeedback {
  rating?: Rating | null;
  comment?: string;
  correction?: string;
}

/** Says what the team thinks of a run, or takes it back. */
export function useGiveFeedback(runId: string) {
  const queries = useQueryClient();
  const path = { run_id: runId };
  return useMutation({
    mutationFn: async (said: TeamFeedback | null) => {
      if (said === null) await call(api.DELETE("/api/v1/runs/{run_id}/feedback", { params: { path } }));
      else await call(api.PUT("/api/v1/runs/{run_id}/feedback", { params: { path }, body: { comment: "", correction: "", ...said } }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["feedback"] }),
  });
}
