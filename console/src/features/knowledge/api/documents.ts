import { useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, call, type Answer, type Schema } from "@/api/client";
import { useCursorPages } from "@/api/query";

export type Doc = Answer<"/api/v1/datasets/{dataset}/documents/{document_id}">;
export type DocStatus = Doc["status"];
export type DocChanges = Schema<"DocumentChanges">;

/** The statuses a list can be narrowed to, in the order that documents go through them. */
export const STATUSES = ["queued", "parsing", "indexing", "ready", "failed", "paused", "cancelled", "deleting"] as const;
export type KnownStatus = (typeof STATUSES)[number];

const UNSETTLED: ReadonlySet<DocStatus> = new Set<DocStatus>(["queued", "parsing", "indexing", "deleting"]);
const EVERY_MS = 1_500;

/** Whether a document changes by itself. */
export function isUnsettled(document: Doc): boolean {
  return UNSETTLED.has(document.status);
}

/** How many documents change by themselves. */
export function unsettledIn(byStatus: Record<string, number> | undefined): number {
  return [...UNSETTLED].reduce((sum, status) => sum + (byStatus?.[status] ?? 0), 0);
}

/** Calls `again` every while, as long as something is under way and somebody looks. */
export function usePolling(isOn: boolean, again: () => unknown): void {
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => {
      if (document.visibilityState !== "hidden") again();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [isOn, again]);
}

export function useDocuments(dataset: string, status: KnownStatus | undefined) {
  return useCursorPages(["documents", dataset, "list", status ?? ""], (cursor, signal) => {
    const query = { limit: 100, ...(status ? { status } : {}), ...(cursor ? { cursor } : {}) };
    return call(api.GET("/api/v1/datasets/{dataset}/documents", { params: { path: { dataset }, query }, signal }));
  });
}

export function useDocument(dataset: string, document_id: string) {
  return useQuery({
    queryKey: ["documents", dataset, "one", document_id],
    queryFn: ({ signal }) =>
      call(api.GET("/api/v1/datasets/{dataset}/documents/{document_id}", { params: { path: { dataset, document_id } }, signal })),
    refetchInterval: ({ state }) => (state.data && isUnsettled(state.data) ? EVERY_MS : false),
  });
}

/** Lets everything about a dataset's documents be read again. */
export async function refreshDocuments(queries: QueryClient, dataset: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ["documents", dataset] }),
    queries.invalidateQueries({ queryKey: ["datasets"] }),
  ]);
}

function useDocumentWrite<Input, Output>(dataset: string, write: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: write, onSettled: () => refreshDocuments(queries, dataset) });
}

export function useEditDocument(dataset: string) {
  return useDocumentWrite(dataset, ({ id, ...body }: DocChanges & { id: string }) =>
    editDocument(dataset, id, body),
  );
}

export function editDocument(dataset: string, document_id: string, body: DocChanges): Promise<Doc> {
  return call(
    api.PATCH("/api/v1/datasets/{dataset}/documents/{document_id}", { params: { path: { dataset, document_id } }, body }),
  );
}

export type Order = "pauses" | "resumptions" | "cancellations" | "retries";

export function orderDocument(dataset: string, document_id: string, order: Order): Promise<Doc> {
  const params = { path: { dataset, document_id } };
  switch (order) {
    case "pauses":
      return call(api.POST("/api/v1/datasets/{dataset}/documents/{document_id}/pauses", { params }));
    case "resumptions":
      return call(api.POST("/api/v1/datasets/{dataset}/documents/{document_id}/resumptions", { params }));
    case "cancellations":
      return call(api.POST("/api/v1/datasets/{dataset}/documents/{document_id}/cancellations", { params }));
    case "retries":
      return call(api.POST("/api/v1/datasets/{dataset}/documents/{document_id}/retries", { params }));
  }
}

/** Pauses, resumes, cancels or retries. */
export function useOrderDocument(dataset: string) {
  return useDocumentWrite(dataset, ({ id, order }: { id: string; order: Order }) => orderDocument(dataset, id, order));
}

export async function deleteDocument(dataset: string, document_id: string): Promise<void> {
  await api.DELETE("/api/v1/datasets/{dataset}/documents/{document_id}", { params: { path: { dataset, document_id } } });
}

export function useDeleteDocument(dataset: string) {
  return useDocumentWrite(dataset, (id: string) => deleteDocument(dataset, id));
}

/** Adds a text that was typed, or a file that was uploaded before. */
export function addDocument(dataset: string, body: { name: string; text: string } | { file_id: string }): Promise<Doc> {
  return call(api.POST("/api/v1/datasets/{dataset}/documents", { params: { path: { dataset } }, body }));
}

export function useAddText(dataset: string) {
  return useDocumentWrite(dataset, (body: { name: string; text: string }) => addDocument(dataset, body));
}
