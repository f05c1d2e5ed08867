import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, call, type Answer } from "@/api/client";
import type { Span } from "./span";

export type UsageRow = Answer<"/api/v1/usage">["rows"][number];

/** What models were used in a span, by hour or day, app and model. */
export function useUsage(span: Span, app: string | undefined) {
  const { since, until, bucket, utcOffset } = span;
  return useQuery({
    queryKey: ["usage", since, until, bucket, utcOffset, app],
    queryFn: async ({ signal }) => {
      const query = { since, until, bucket, utc_offset: utcOffset, ...(app ? { app } : {}) };
      return (await call(api.GET("/api/v1/usage", { params: { query }, signal }))).rows;
    },
    placeholderData: keepPreviousData,
  });
}
