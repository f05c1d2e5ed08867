import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, type Answer, type Schema } from "@/api/client";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";

export type DatasetAccess = Answer<"/api/v1/datasets/{dataset}/access">;

export interface Reader {
  id: string;
  name: string;
  /** What tells it from others of its name. */
  hint: string;
}

export function useAccess(dataset: string) {
  return useQuery({
    queryKey: ["datasets", "access", dataset],
    queryFn: ({ signal }) => call(api.GET("/api/v1/datasets/{dataset}/access", { params: { path: { dataset } }, signal })),
  });
}

export function useSetAccess(dataset: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<"DatasetAccessRequest">) =>
      call(api.PUT("/api/v1/datasets/{dataset}/access", { params: { path: { dataset } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["datasets"] }),
  });
}

/** Members and API keys that can be named; none while who looks may not list them. */
export function useReaders(): Reader[] {
  const { t } = useI18n();
  const { may } = useSession();
  const members = useQuery({
    queryKey: ["members", "readers"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/members", { params: { query: { limit: 100 } }, signal }))).items,
    enabled: may("admin"),
  });
  const keys = useQuery({
    queryKey: ["keys", "readers"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/keys", { params: { query: { limit: 100 } }, signal }))).items,
    enabled: may("keys"),
  });
  return [
    ...(members.data ?? []).map(({ id, name, email }) => ({ id, name, hint: email })),
    ...(keys.data ?? []).map(({ id, name, prefix }) => ({ id, name, hint: t("knowledge.readerKey", { prefix }) })),
  ];
}
