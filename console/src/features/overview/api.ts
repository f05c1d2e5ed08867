import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, call, type Answer } from "@/api/client";
import type { Span } from "@/features/usage";

export type Statistics = Answer<"/api/v1/statistics">;
export type RunBucket = Statistics["buckets"][number];
export type RunFigures = Statistics["total"];

const AGAIN_MS = 30_000;

/** How the runs of a span went, of all apps or of one; read anew every half minute. */
export function useStatistics(span: Span, app: string | undefined, withDrafts: boolean) {
  const { since, until, bucket, utcOffset } = span;
  return useQuery({
    queryKey: ["statistics", since, until, bucket, utcOffset, app, withDrafts],
    queryFn: ({ signal }) => {
      const query = { since, until, bucket, utc_offset: utcOffset, with_drafts: withDrafts, ...(app ? { app } : {}) };
      return call(api.GET("/api/v1/statistics", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });
}
