import { useQuery } from "@tanstack/react-query";
import { api, call, callTagged, type Schema } from "@/api/client";
import { NodeCatalog, normal, type NodeType, type Shapes, type WorkflowDocument } from "@/canvas";
import { withPlaces } from "@/canvas/operations/first-places";
import type { DraftServer, Saved } from "./saving/draft-sync";

export type Version = Schema<"VersionView">;

const at = (app: string) => ({ path: { app } });

/** Reads an app's draft with the tag that names it. */
export async function readDraft(app: string, signal?: AbortSignal): Promise<Saved> {
  const { data, etag } = await callTagged(api.GET("/api/v1/apps/{app}/draft", { params: at(app), signal: signal ?? null }));
  return { document: await withPlaces(normal(data.document as unknown as WorkflowDocument)), etag };
}

/** A document without sections that say nothing. */
function written({ limits, ...document }: WorkflowDocument): object {
  return Object.keys(limits).length > 0 ? { ...document, limits } : document;
}

/** The draft of an app, as the editor saves it. */
export function draftServer(app: string): DraftServer {
  return {
    read: () => readDraft(app),
    write: async (document, etag) => {
      const { etag: next } = await callTagged(
        api.PUT("/api/v1/apps/{app}/draft", {
          params: { ...at(app), header: { "If-Match": etag } as never },
          headers: { "If-Match": etag },
          body: { document: written(document) } as never,
        }),
      );
      return next;
    },
    tag: async () => (await callTagged(api.GET("/api/v1/apps/{app}", { params: at(app) }))).etag,
  };
}

/** The installed node types. */
export function useNodeTypes() {
  return useQuery({
    queryKey: ["node-types", "catalog"],
    queryFn: async ({ signal }) => {
      const answer = (await call(api.GET("/api/v1/node-types", { signal }))) as unknown as { items: NodeType[] };
      return new NodeCatalog(answer.items);
    },
    staleTime: 60_000,
    structuralSharing: false,
  });
}

export interface Checked {
  ok: boolean;
  errors: { pointer: string; message: string }[];
  nodes: Shapes;
}

/** Holds a document against the installed node types, without saving it. */
export async function checkDocument(document: WorkflowDocument, signal: AbortSignal): Promise<Checked> {
  const answer = await call(api.POST("/api/v1/workflow-checks", { body: { document } as never, signal }));
  return answer;
}

export function useVersions(app: string, enabled = true) {
  return useQuery({
    queryKey: ["apps", app, "versions"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/apps/{app}/versions", { params: { ...at(app), query: { limit: 100 } }, signal }))).items,
    enabled,
  });
}

/** The document of a version, by hash or number. */
export function useVersion(app: string, version: string | null) {
  return useQuery({
    queryKey: ["apps", app, "versions", version],
    queryFn: async ({ signal }) => {
      const params = { path: { app, version: version ?? "" } };
      const answer = await call(api.GET("/api/v1/apps/{app}/versions/{version}", { params, signal }));
      return withPlaces(normal(answer.document as unknown as WorkflowDocument));
    },
    enabled: version !== null,
    staleTime: Infinity,
  });
}
