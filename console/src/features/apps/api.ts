import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, send, type Answer, type Schema } from "@/api/client";
import { useCursorPages } from "@/api/query";

export type App = Schema<"AppView">;
export type Imported = Answer<"/api/v1/imports", "post">;
export type Exported = Answer<"/api/v1/apps/{app}/exports">;

export interface AppFilter {
  search: string;
  tag: string;
  mode: App["mode"] | "";
  sort: "created" | "updated";
}

/** The apps that fit, page by page. */
export function useApps(filter: AppFilter) {
  return useCursorPages(["apps", "list", filter], (cursor, signal) => {
    const query = {
      sort: filter.sort,
      limit: 60,
      ...(filter.search ? { search: filter.search } : {}),
      ...(filter.tag ? { tag: filter.tag } : {}),
      ...(filter.mode ? { mode: filter.mode } : {}),
      ...(cursor ? { cursor } : {}),
    };
    return call(api.GET("/api/v1/apps", { params: { query }, signal }));
  });
}

/** One app, by id or name. */
export function useApp(app: string) {
  return useQuery({
    queryKey: ["apps", "one", app],
    queryFn: ({ signal }) => call(api.GET("/api/v1/apps/{app}", { params: { path: { app } }, signal })),
  });
}

export function useTags() {
  return useQuery({
    queryKey: ["apps", "tags"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/app-tags", { signal }))).items,
  });
}

/** Calls `write`, and lets every list of apps be read again. */
function useAppWrite<Input, Output>(write: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["apps"] }),
  });
}

/** Creates an app from the text of a document, YAML or JSON. */
export function useCreateApp() {
  return useAppWrite(async (document: string) => {
    const headers = { "Content-Type": "application/yaml" };
    const answer = await send("/api/v1/apps", { method: "POST", headers, body: document });
    return (await answer.json()) as Answer<"/api/v1/apps", "post">;
  });
}

export function useCopyApp() {
  return useAppWrite((app: string) =>
    call(api.POST("/api/v1/apps/{app}/copies", { params: { path: { app } }, body: {} })),
  );
}

export function useEditApp(app: string) {
  return useAppWrite((body: Schema<"AppChanges">) =>
    call(api.PATCH("/api/v1/apps/{app}", { params: { path: { app } }, body })),
  );
}

export function useDeleteApp() {
  return useAppWrite((app: string) => call(api.DELETE("/api/v1/apps/{app}", { params: { path: { app } } })));
}

/** Translates another platform's document; `isTrial` only tells what would become of it. */
export async function importDocument(content: string, options: { isTrial: boolean; name?: string }): Promise<Imported> {
  const body = JSON.stringify({ content, ...(options.name ? { name: options.name } : {}) });
  const path = `/api/v1/imports${options.isTrial ? "?dry_run=true" : ""}`;
  const answer = await send(path, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  return (await answer.json()) as Imported;
}

export function useImportApp() {
  return useAppWrite((input: { content: string; name: string }) =>
    importDocument(input.content, { isTrial: false, name: input.name }),
  );
}

/** Says what keeps a document of ours from running. */
export async function checkDocument(content: string): Promise<Answer<"/api/v1/workflow-checks", "post">> {
  const headers = { "Content-Type": "application/yaml" };
  const answer = await send("/api/v1/workflow-checks", { method: "POST", headers, body: content });
  return (await answer.json()) as Answer<"/api/v1/workflow-checks", "post">;
}

export function exportApp(app: string, format: string): Promise<Exported> {
  return call(api.GET("/api/v1/apps/{app}/exports", { params: { path: { app }, query: { format } } }));
}
