import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, type Answer, type Schema } from "@/api/client";
import { useCursorPages } from "@/api/query";

export type SourceKind = Schema<"SourceKindView">;
export type Source = Answer<"/api/v1/datasets/{dataset}/sources">["items"][number];
export type SourceItem = Answer<"/api/v1/datasets/{dataset}/sources/{source}/items">["items"][number];
export type Outcome = SourceItem["outcome"];
export const OUTCOMES = ["added", "changed", "unchanged", "failed"] as const satisfies readonly Outcome[];

/** Whether a sync is still to come to its end. */
export function isGoing({ sync }: Source): boolean {
  return sync?.status === "queued" || sync?.status === "running";
}

export function useSourceKinds() {
  return useQuery({
    queryKey: ["source-kinds"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/source-kinds", { signal }))).items,
    staleTime: 60_000,
  });
}

/** The sources of a dataset; read again and again while one is being synced. */
export function useSources(dataset: string) {
  return useQuery({
    queryKey: ["datasets", "sources", dataset],
    queryFn: async ({ signal }) =>
      (await call(api.GET("/api/v1/datasets/{dataset}/sources", { params: { path: { dataset } }, signal }))).items,
    refetchInterval: ({ state }) => (state.data?.some(isGoing) ? 1_500 : false),
  });
}

export function useSourceItems(dataset: string, source: string, outcome: Outcome | undefined) {
  return useCursorPages(["datasets", "source-items", dataset, source, outcome ?? ""], (cursor, signal) => {
    const query = { ...(cursor ? { cursor } : {}), ...(outcome ? { outcome } : {}) };
    return call(api.GET("/api/v1/datasets/{dataset}/sources/{source}/items", { params: { path: { dataset, source }, query }, signal }));
  });
}

/** Calls `write`, and lets everything about datasets be read again. */
function useWrite<Input, Output>(write: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: write, onSuccess: () => queries.invalidateQueries({ queryKey: ["datasets"] }) });
}

export function useAddSource(dataset: string) {
  return useWrite((body: Schema<"SourceRequest">) =>
    call(api.POST("/api/v1/datasets/{dataset}/sources", { params: { path: { dataset } }, body })),
  );
}

export function useChangeSource(dataset: string, source: string) {
  return useWrite((body: Schema<"SourceChanges">) =>
    call(api.PATCH("/api/v1/datasets/{dataset}/sources/{source}", { params: { path: { dataset, source } }, body })),
  );
}

export function useSync(dataset: string) {
  return useWrite(({ id, allow_empty = false }: { id: string; allow_empty?: boolean }) => {
    const path = { dataset, source: id };
    return call(api.POST("/api/v1/datasets/{dataset}/sources/{source}/syncs", { params: { path }, body: { allow_empty } }));
  });
}

export function useCancelSync(dataset: string) {
  return useWrite((id: string) =>
    call(api.POST("/api/v1/datasets/{dataset}/sources/{source}/cancellations", { params: { path: { dataset, source: id } } })),
  );
}

export function useRemoveSource(dataset: string) {
  return useWrite(({ id, documents }: { id: string; documents: "keep" | "remove" }) =>
    call(api.DELETE("/api/v1/datasets/{dataset}/sources/{source}", { params: { path: { dataset, source: id }, query: { documents } } })),
  );
}
