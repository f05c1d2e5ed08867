import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, type Schema } from "@/api/client";

export type Plugins = Schema<"PluginsView">;

export function usePlugins() {
  return useQuery({
    queryKey: ["plugins"],
    queryFn: ({ signal }) => call(api.GET("/api/v1/plugins", { signal })),
  });
}

export function useRemovePlugin() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => call(api.DELETE("/api/v1/plugins/{name}", { params: { path: { name } } })),
    // What a plugin brought is gone from every list.
    onSuccess: () => queries.invalidateQueries(),
  });
}
