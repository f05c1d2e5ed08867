import { useQuery } from "@tanstack/react-query";
import { api, call } from "@/api/client";

/** Apps to choose from, and to find a name by. */
export function useApps() {
  const apps = useQuery({
    queryKey: ["apps", "to-pick"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/apps", { params: { query: { limit: 100 } }, signal }))).items,
  });
  const nameOf = (id: string) => apps.data?.find((app) => app.id === id)?.name;
  return { apps: apps.data ?? [], nameOf };
}
