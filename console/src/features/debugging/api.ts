import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, idempotencyKey, type Answer, type Schema } from "@/api/client";

type Compared = Answer<"/api/v1/runs/{run_id}/comparison">;
type Filled = Required<Pick<Compared, "outputs" | "nodes" | "counts">>;
/** Two runs beside each other; what the API leaves out because it is empty is there. */
export type Comparison = Omit<Compared, keyof Filled> & Filled;
export type ValueChange = Comparison["outputs"][number];
export type ForkOrder = Schema<"ForkRequest">;
export type ReplayOrder = Schema<"ReplayRequest">;
export type NodeRunOrder = Schema<"NodeRunRequest">;

export function useComparison(runId: string, otherId: string) {
  return useQuery({
    queryKey: ["debugging", "comparison", runId, otherId],
    queryFn: async ({ signal }): Promise<Comparison> => {
      const params = { path: { run_id: runId }, query: { with: otherId } };
      const compared = await call(api.GET("/api/v1/runs/{run_id}/comparison", { params, signal }));
      return { outputs: [], nodes: [], counts: {}, ...compared };
    },
  });
}

export function useVerification(runId: string) {
  return useQuery({
    queryKey: ["debugging", "verification", runId],
    queryFn: ({ signal }) => call(api.GET("/api/v1/runs/{run_id}/verification", { params: { path: { run_id: runId } }, signal })),
    staleTime: 0,
    gcTime: 0,
  });
}

export function useVersions(app: string | undefined) {
  return useQuery({
    queryKey: ["debugging", "versions", app],
    queryFn: ({ signal }) =>
      call(api.GET("/api/v1/apps/{app}/versions", { params: { path: { app: app ?? "" }, query: { limit: 50 } }, signal })),
    enabled: app !== undefined,
  });
}

/** Each of these orders a run and gives its id; the run is then followed like any other. */
function useOrder<Order>(order: (body: Order, key: Record<"Idempotency-Key", string>) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: Order) => ((await order(body, { "Idempotency-Key": idempotencyKey() })) as { id: string }).id,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["runs", "list"] }),
  });
}

export function useFork(runId: string) {
  return useOrder((order: ForkOrder, headers) =>
    call(
      api.POST("/api/v1/runs/{run_id}/forks", {
        params: { path: { run_id: runId } },
        body: { ...order, respond: "accepted" },
        headers,
      }),
    ),
  );
}

export function useReplay(runId: string) {
  return useOrder((order: ReplayOrder, headers) =>
    call(
      api.POST("/api/v1/runs/{run_id}/replays", {
        params: { path: { run_id: runId } },
        body: { ...order, respond: "accepted" },
        headers,
      }),
    ),
  );
}

export function useNodeRun(app: string) {
  return useOrder((order: NodeRunOrder, headers) =>
    call(
      api.POST("/api/v1/apps/{app}/node-runs", {
        params: { path: { app } },
        body: { ...order, respond: "accepted" },
        headers,
      }),
    ),
  );
}
