import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, type Schema } from "@/api/client";
import { useCursorPages } from "@/api/query";

export type Provider = Schema<"ProviderView">;
export type Model = Schema<"ModelView">;
export type Credential = Schema<"CredentialView">;
export type Check = Schema<"CredentialCheckView">;
export type Defaults = Schema<"DefaultModels">;

export function useProviders() {
  return useQuery({
    queryKey: ["providers"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/providers", { signal }))).items,
  });
}

export function useModels() {
  return useQuery({
    queryKey: ["models"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/models", { signal }))).items,
  });
}

export function useCredentials() {
  return useCursorPages(["credentials"], (cursor, signal) =>
    call(api.GET("/api/v1/credentials", { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } }, signal })),
  );
}

export function useDefaults() {
  return useQuery({
    queryKey: ["default-models"],
    queryFn: ({ signal }) => call(api.GET("/api/v1/default-models", { signal })),
  });
}

/** What is known of models is read anew whenever a credential comes or goes. */
function useRefresh() {
  const queries = useQueryClient();
  return () =>
    Promise.all(["credentials", "providers", "models"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
}

export interface Connection {
  provider: string;
  name: string;
  values: Record<string, unknown>;
}

/** Stores a credential and asks the provider whether it works; what it says is the result. */
export function useConnect() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async (body: Connection): Promise<{ credential: Credential; check: Check }> => {
      const credential = await call(api.POST("/api/v1/credentials", { body }));
      return { credential, check: await checked(credential.id) };
    },
    onSuccess: refresh,
  });
}

function checked(id: string): Promise<Check> {
  return call(api.POST("/api/v1/credentials/{credential_id}/checks", { params: { path: { credential_id: id } } }));
}

export function useCheck() {
  return useMutation({ mutationFn: checked });
}

export function useDeleteCredential() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: string) =>
      call(api.DELETE("/api/v1/credentials/{credential_id}", { params: { path: { credential_id: id } } })),
    onSuccess: refresh,
  });
}

export function useSetDefaults() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Defaults) => call(api.PUT("/api/v1/default-models", { body })),
    onSuccess: (saved) => queries.setQueryData(["default-models"], saved),
  });
}
