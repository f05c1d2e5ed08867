import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, type Answer, type Schema } from "@/api/client";
import { useCursorPages } from "@/api/query";
import { unsettledIn } from "./documents";

export type Dataset = Answer<"/api/v1/datasets/{dataset}">;
export type ChunkSpec = Dataset["chunk_spec"];
export type NewDataset = Omit<Schema<"DatasetRequest">, "store">;
export type Statistics = Answer<"/api/v1/datasets/{dataset}/statistics">;
export type DatasetField = Answer<"/api/v1/datasets/{dataset}/fields">["fields"][number];
export type ModelKind = "chat" | "embedding" | "rerank";

export function useDatasets(tag?: string) {
  return useCursorPages(["datasets", "list", tag ?? ""], (cursor, signal) => {
    const query = { limit: 100, ...(cursor ? { cursor } : {}), ...(tag ? { tag } : {}) };
    return call(api.GET("/api/v1/datasets", { params: { query }, signal }));
  });
}

/** The tags that datasets have, the most used first. */
export function useDatasetTags() {
  return useQuery({
    queryKey: ["datasets", "tags"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/dataset-tags", { signal }))).items,
  });
}

/** One dataset, by id or name. */
export function useDataset(dataset: string) {
  return useQuery({
    queryKey: ["datasets", "one", dataset],
    queryFn: ({ signal }) => call(api.GET("/api/v1/datasets/{dataset}", { params: { path: { dataset } }, signal })),
    refetchInterval: ({ state }) => (state.data?.move ? 2_000 : false),
  });
}

/** What a dataset holds; read again and again while something in it is under way. */
export function useStatistics(dataset: string) {
  return useQuery({
    queryKey: ["datasets", "statistics", dataset],
    queryFn: ({ signal }) =>
      call(api.GET("/api/v1/datasets/{dataset}/statistics", { params: { path: { dataset } }, signal })),
    refetchInterval: ({ state }) => (unsettledIn(state.data?.by_status) > 0 ? 1_500 : false),
  });
}

export function useFields(dataset: string) {
  return useQuery({
    queryKey: ["datasets", "fields", dataset],
    queryFn: async ({ signal }) =>
      (await call(api.GET("/api/v1/datasets/{dataset}/fields", { params: { path: { dataset } }, signal }))).fields,
  });
}

/** What can split documents on this installation. */
export function useChunkers() {
  const chunkers = useQuery({
    queryKey: ["chunkers"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/chunkers", { signal }))).items,
    staleTime: 60_000,
  });
  return chunkers.data ?? [];
}

/** The models of a kind that can be called. */
export function useModelsOf(kind: ModelKind) {
  const models = useQuery({
    queryKey: ["models"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/models", { signal }))).items,
    staleTime: 60_000,
  });
  return { ...models, ready: (models.data ?? []).filter((model) => model.kind === kind && model.is_ready) };
}

/** Calls `write`, and lets everything about datasets be read again. */
function useDatasetWrite<Input, Output>(write: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["datasets"] }),
  });
}

export function useCreateDataset() {
  return useDatasetWrite((body: NewDataset) => call(api.POST("/api/v1/datasets", { body })));
}

export function useEditDataset(dataset: string) {
  return useDatasetWrite((body: Schema<"DatasetChanges">) =>
    call(api.PATCH("/api/v1/datasets/{dataset}", { params: { path: { dataset } }, body })),
  );
}

/** Splits and embeds every document anew. */
export function useReindex(dataset: string) {
  return useDatasetWrite((body: Schema<"ReindexRequest">) =>
    call(api.POST("/api/v1/datasets/{dataset}/reindexings", { params: { path: { dataset } }, body })),
  );
}

/** Begins to move a dataset to another embedding model. */
export function useMoveDataset(dataset: string) {
  return useDatasetWrite((body: Schema<"MoveRequest">) =>
    call(api.POST("/api/v1/datasets/{dataset}/moves", { params: { path: { dataset } }, body })),
  );
}

export function useStopMove(dataset: string) {
  return useDatasetWrite(() => call(api.DELETE("/api/v1/datasets/{dataset}/moves", { params: { path: { dataset } } })));
}

/** Deletes a dataset; what was read of it is forgotten and not asked for again. */
export function useDeleteDataset() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (dataset: string) => call(api.DELETE("/api/v1/datasets/{dataset}", { params: { path: { dataset } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["datasets", "list"] }),
  });
}
