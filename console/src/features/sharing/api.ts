import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, type Schema } from "@/api/client";

export type Site = Schema<"SiteView">;
export type SiteLook = Site["look"];

export function useSite(app: string) {
  return useQuery({
    queryKey: ["sites", app],
    queryFn: ({ signal }) => call(api.GET("/api/v1/apps/{app}/site", { params: { path: { app } }, signal })),
  });
}

/** Opens, closes and changes an app's page. */
export function useSaveSite(app: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<"SiteRequest">) => call(api.PUT("/api/v1/apps/{app}/site", { params: { path: { app } }, body })),
    onSuccess: (site) => queries.setQueryData(["sites", app], site),
  });
}

/** What runs when the app is called: the document of its current version. */
export function usePublished(app: string, version: string | undefined) {
  return useQuery({
    queryKey: ["apps", "version", app, version],
    enabled: version !== undefined,
    queryFn: ({ signal }) => call(api.GET("/api/v1/apps/{app}/versions/{version}", { params: { path: { app, version: version ?? "" } }, signal })),
  });
}
