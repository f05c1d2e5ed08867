import { useMutation, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { api, call, type Answer, type Schema } from "@/api/client";
import { useCursorPages, type CursorPage } from "@/api/query";

export type Chunk = Answer<"/api/v1/datasets/{dataset}/documents/{document_id}/chunks">["items"][number];
export type ChunkChanges = Schema<"ChunkChanges">;

type Place = { dataset: string; document: string };

const keyOf = ({ dataset, document }: Place) => ["chunks", dataset, document];

/** The chunks of a document, in order. `version` changes when they are not the same any more. */
export function useChunks(place: Place, version: string, isEnabled: boolean) {
  const path = { dataset: place.dataset, document_id: place.document };
  return useCursorPages(
    [...keyOf(place), version],
    (cursor, signal) => {
      const query = { limit: 50, ...(cursor ? { cursor } : {}) };
      return call(api.GET("/api/v1/datasets/{dataset}/documents/{document_id}/chunks", { params: { path, query }, signal }));
    },
    { enabled: isEnabled },
  );
}

export function useAddChunk(place: Place) {
  const queries = useQueryClient();
  const path = { dataset: place.dataset, document_id: place.document };
  return useMutation({
    mutationFn: (body: { text: string; keywords: string[] }) =>
      call(api.POST("/api/v1/datasets/{dataset}/documents/{document_id}/chunks", { params: { path }, body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keyOf(place) });
      await refreshCounts(queries, place);
    },
  });
}

export function useEditChunk(place: Place) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: ChunkChanges & { id: string }) => {
      const path = { dataset: place.dataset, document_id: place.document, chunk_id: id };
      return call(api.PATCH("/api/v1/datasets/{dataset}/documents/{document_id}/chunks/{chunk_id}", { params: { path }, body }));
    },
    onSuccess: (changed) => change(queries, place, (chunk) => (chunk.id === changed.id ? changed : chunk)),
  });
}

export function useDeleteChunk(place: Place) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      const path = { dataset: place.dataset, document_id: place.document, chunk_id: id };
      await api.DELETE("/api/v1/datasets/{dataset}/documents/{document_id}/chunks/{chunk_id}", { params: { path } });
    },
    onSuccess: async (_, id) => {
      change(queries, place, (chunk) => (chunk.id === id ? null : chunk));
      await refreshCounts(queries, place);
    },
  });
}

/** Puts a change into the list as it is, so that nothing jumps. */
function change(queries: QueryClient, place: Place, to: (chunk: Chunk) => Chunk | null): void {
  queries.setQueriesData<InfiniteData<CursorPage<Chunk>>>({ queryKey: keyOf(place) }, (data) =>
    data && {
      ...data,
      pages: data.pages.map((page) => ({ ...page, items: page.items.flatMap((chunk) => to(chunk) ?? []) })),
    },
  );
}

async function refreshCounts(queries: QueryClient, { dataset, document }: Place): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ["documents", dataset, "one", document] }),
    queries.invalidateQueries({ queryKey: ["documents", dataset, "list"] }),
    queries.invalidateQueries({ queryKey: ["datasets"] }),
  ]);
}
