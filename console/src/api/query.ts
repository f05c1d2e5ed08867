import {
  QueryClient,
  useInfiniteQuery,
  type InfiniteData,
  type QueryKey,
  type UseInfiniteQueryResult,
} from "@tanstack/react-query";
import { asProblem, type ApiProblem } from "@/api/problem";

declare module "@tanstack/react-query" {
  interface Register {
    defaultError: ApiProblem;
  }
}

const WORTH_RETRYING = new Set([0, 502, 503, 504]);

/** The cache of what the server said. Reads survive a restart of the gateway; writes are not repeated. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => failures < 4 && WORTH_RETRYING.has(asProblem(error).status),
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5_000),
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

export interface CursorPage<T> {
  items: T[];
  next_cursor?: string | null;
}

export type Pages<T> = UseInfiniteQueryResult<InfiniteData<CursorPage<T>>> & { items: T[] };

/** A list read page by page with the API's cursors; `items` is all of it so far. */
export function useCursorPages<T>(
  key: QueryKey,
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<CursorPage<T>>,
  options: { enabled?: boolean; refetchInterval?: number } = {},
): Pages<T> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: CursorPage<T>) => last.next_cursor ?? undefined,
    ...options,
  });
  return { ...query, items: query.data?.pages.flatMap((page) => page.items) ?? [] };
}
