import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, type Schema } from "@/api/client";

export type Routes = Schema<"ModelRoutesView">;
export type Route = Schema<"ModelRouteView">;
export type Limits = Schema<"CredentialLimitsView">;

const KEY = ["model-routes"];
const read = (signal?: AbortSignal) => call(api.GET("/api/v1/model-routes", signal ? { signal } : {}));

export function useRoutes() {
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => read(signal) });
}

/** Changes the routes as they are now: they are set as a whole, and somebody else may have changed others meanwhile. */
export function useChangeRoutes() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (change: (routes: Required<Routes>) => Routes) => {
      const { models = {}, credentials = {} } = await read();
      return call(api.PUT("/api/v1/model-routes", { body: change({ models, credentials }) }));
    },
    onSuccess: (saved) => queries.setQueryData(KEY, saved),
  });
}

/** `record` with `name` set to `value`, or without it. */
export function changed<Value>(record: Record<string, Value>, name: string, value: Value | null): Record<string, Value> {
  const others = Object.entries(record).filter(([each]) => each !== name);
  return Object.fromEntries(value === null ? others : [...others, [name, value]]);
}
