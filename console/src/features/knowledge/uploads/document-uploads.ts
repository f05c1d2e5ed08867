import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useStore } from "zustand";
import { upload } from "@/api/upload";
import { refreshDocuments, type Doc } from "../api/documents";
import { createUploadQueue, type Upload } from "./queue";

export type DocumentUpload = Upload<Doc>;

const listeners = new Set<(dataset: string) => void>();

/** Lives as long as the console is open: files go on being sent while one looks at another page. */
export const documentUploads = createUploadQueue<Doc>(
  (dataset, file, options) => upload<Doc>(`/api/v1/datasets/${encodeURIComponent(dataset)}/documents`, file, file.name, options),
  ({ group }) => {
    for (const listener of listeners) listener(group);
  },
);

/** The uploads of a dataset; its documents are read again whenever one is through. */
export function useDocumentUploads(dataset: string): readonly DocumentUpload[] {
  const queries = useQueryClient();
  useEffect(() => {
    const listener = (group: string) => void refreshDocuments(queries, group);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [queries]);
  const all = useStore(documentUploads.store, ({ uploads }) => uploads);
  return useMemo(() => all.filter((each) => each.group === dataset), [all, dataset]);
}

/** Whether the gateway had this document already: what is new begins with waiting. */
export function isUnchanged({ result }: DocumentUpload): boolean {
  return result?.status === "ready";
}
