import { skipToken, useQuery } from "@tanstack/react-query";
import { api, call, type Answer, type Schema } from "@/api/client";
import type { ChunkSpec } from "./datasets";

export type Found = Answer<"/api/v1/datasets/{dataset}/searches", "post">;
export type FoundChunk = Found["chunks"][number];
export type Search = Schema<"SearchRequest">;
export type SearchMode = NonNullable<Search["mode"]>;
export type Preview = Answer<"/api/v1/datasets/{dataset}/previews", "post">;

/** What is found; kept for a while, so that one who looked at a result finds the others again. */
export function useSearch(dataset: string, body: Search | null) {
  return useQuery({
    queryKey: ["retrieval", dataset, body],
    queryFn: body
      ? ({ signal }) => call(api.POST("/api/v1/datasets/{dataset}/searches", { params: { path: { dataset } }, body, signal }))
      : skipToken,
    staleTime: Infinity,
  });
}

/** How an uploaded file would be split. */
export function usePreview(dataset: string, file_id: string | undefined, spec: ChunkSpec) {
  return useQuery({
    queryKey: ["previews", dataset, file_id, spec],
    queryFn: ({ signal }) => {
      const body = { file_id: file_id ?? "", chunk_spec: spec, limit: 20 };
      return call(api.POST("/api/v1/datasets/{dataset}/previews", { params: { path: { dataset } }, body, signal }));
    },
    enabled: file_id !== undefined,
    staleTime: Infinity,
    // The chunks before stay until the new ones are there.
    placeholderData: (before, query) => (query?.queryKey[2] === file_id ? before : undefined),
  });
}
