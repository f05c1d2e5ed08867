import { useMutation, useQueries, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { api, call, type Answer, type Schema } from "@/api/client";
import type { ApiProblem } from "@/api/problem";
import { inTurn } from "./shared/in-turn";
import { leaving } from "./toolkits/leaving";

export type Toolkit = Schema<"ToolkitView">;
export type ToolkitKind = Schema<"ToolkitKindView">;
export type ToolkitTool = Schema<"ToolkitToolView">;
export type InstalledTool = Schema<"ToolView">;
export type Credential = Schema<"CredentialView">;
export type PublishedApp = Answer<"/api/v1/apps">["items"][number];

const FRESH_MS = 300_000;

export function useToolkits() {
  return useQuery({
    queryKey: ["toolkits", "list"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/toolkits", { signal }))).items,
  });
}

export function useToolkitKinds() {
  return useQuery({
    queryKey: ["toolkit-kinds"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/toolkit-kinds", { signal }))).items,
    staleTime: FRESH_MS,
  });
}

function askOptions(id: string) {
  const path = { toolkit_id: id };
  return {
    queryKey: ["toolkits", "tools", id],
    queryFn: async ({ signal }: { signal: AbortSignal }) => {
      const ask = () => call(api.GET("/api/v1/toolkits/{toolkit_id}/tools", { params: { path }, signal }));
      return (await inTurn(ask, signal)).items;
    },
    staleTime: FRESH_MS,
    gcTime: 2 * FRESH_MS,
    refetchOnWindowFocus: false,
    // Whoever does not answer is asked again by a person; a gateway that restarts, by itself.
    retry: (failures: number, error: ApiProblem) => error.isUnreachable && failures < 4,
  };
}

/** The tools of a toolkit, as the other side lists them: it is asked when nobody has done so for a while. */
export function useToolkitTools(id: string, { enabled = true }: { enabled?: boolean } = {}): UseQueryResult<ToolkitTool[]> {
  return useQuery({ ...askOptions(id), enabled });
}

/** Those of several toolkits. */
export function useAllToolkitTools(ids: readonly string[]): UseQueryResult<ToolkitTool[]>[] {
  return useQueries({ queries: ids.map(askOptions) });
}

/** Asks the other side anew. */
export function useAskAgain() {
  const queries = useQueryClient();
  return (id: string) => queries.refetchQueries({ queryKey: ["toolkits", "tools", id] });
}

export interface ToolkitDraft {
  kind: string;
  name: string;
  settings: Record<string, unknown>;
}

/** Sets a toolkit up, or changes one; null takes a setting out. */
export function useSaveToolkit() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: ToolkitDraft & { id?: string | undefined }) =>
      id === undefined
        ? call(api.POST("/api/v1/toolkits", { body }))
        : call(api.PATCH("/api/v1/toolkits/{toolkit_id}", { params: { path: { toolkit_id: id } }, body: { settings: body.settings } })),
    onSuccess: (saved) => {
      queries.removeQueries({ queryKey: ["toolkits", "tools", saved.id] });
      return queries.invalidateQueries({ queryKey: ["toolkits", "list"] });
    },
  });
}

/** Asks where to sign in at the other side, and goes there. */
export function useBeginSignIn() {
  return useMutation({
    mutationFn: async (id: string) => {
      const body = { redirect_uri: `${window.location.origin}/connected` };
      const { address } = await call(api.POST("/api/v1/toolkits/{toolkit_id}/sign-ins", { params: { path: { toolkit_id: id } }, body }));
      leaving.to(address);
    },
  });
}

/** Hands over what the browser came back with. */
export function useEndSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<"SignInEnd">) => call(api.POST("/api/v1/toolkit-sign-ins", { body })),
    onSuccess: (toolkit) => {
      queries.removeQueries({ queryKey: ["toolkits", "tools", toolkit.id] });
      return queries.invalidateQueries({ queryKey: ["toolkits", "list"] });
    },
  });
}

export function useForgetSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(api.DELETE("/api/v1/toolkits/{toolkit_id}/sign-ins", { params: { path: { toolkit_id: id } } })),
    onSuccess: (_, id) => {
      queries.removeQueries({ queryKey: ["toolkits", "tools", id] });
      return queries.invalidateQueries({ queryKey: ["toolkits", "list"] });
    },
  });
}

export function useDeleteToolkit() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(api.DELETE("/api/v1/toolkits/{toolkit_id}", { params: { path: { toolkit_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["toolkits", "list"] }),
  });
}

export function useInstalledTools() {
  return useQuery({
    queryKey: ["tools"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/tools", { signal }))).items,
  });
}

/** All credentials that belong to tools, those of one tool under what its credentials are stored under. */
export function useToolCredentials({ enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: ["credentials", "of-tools"],
    enabled,
    queryFn: async ({ signal }) => {
      const found: Credential[] = [];
      let cursor: string | null | undefined;
      do {
        const query = { limit: 100, ...(cursor ? { cursor } : {}) };
        const page = await call(api.GET("/api/v1/credentials", { params: { query }, signal }));
        found.push(...page.items.filter(({ provider }) => provider.startsWith("tool:")));
        cursor = page.next_cursor;
      } while (cursor);
      return found;
    },
  });
}

/** Stores a tool's credential in place of those it has. */
export function useStoreCredential() {
  const refresh = useCredentialsChanged();
  return useMutation({
    mutationFn: async ({ provider, values, before }: { provider: string; values: Record<string, unknown>; before: readonly Credential[] }) => {
      const made = await call(api.POST("/api/v1/credentials", { body: { provider, name: "default", values } }));
      await Promise.all(before.map(({ id }) => removeCredential(id)));
      return made;
    },
    onSettled: refresh,
  });
}

export function useRemoveCredentials() {
  const refresh = useCredentialsChanged();
  return useMutation({
    mutationFn: (credentials: readonly Credential[]) => Promise.all(credentials.map(({ id }) => removeCredential(id))),
    onSettled: refresh,
  });
}

function removeCredential(id: string) {
  return call(api.DELETE("/api/v1/credentials/{credential_id}", { params: { path: { credential_id: id } } }));
}

function useCredentialsChanged() {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["credentials"] }),
      queries.invalidateQueries({ queryKey: ["tools"] }),
    ]);
}

/** The published apps among those edited last. */
export function usePublishedApps() {
  return useQuery({
    queryKey: ["apps", "published"],
    queryFn: async ({ signal }) => {
      const query = { sort: "updated", limit: 100 } as const;
      const { items } = await call(api.GET("/api/v1/apps", { params: { query }, signal }));
      return items.filter(({ published }) => published !== null);
    },
  });
}
