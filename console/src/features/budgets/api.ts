import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, type Schema } from "@/api/client";

export type Budget = Schema<"BudgetView">;
export type BudgetRequest = Schema<"BudgetRequest">;
export type Subject = Budget["subject"];
export type Measure = Budget["measure"];
export type Period = Budget["period"];

export const SUBJECTS = ["tenant", "app", "key", "end_user", "run"] as const satisfies readonly Subject[];
export const MEASURES = ["usd", "tokens", "requests"] as const satisfies readonly Measure[];
export const PERIODS = ["month", "day", "total"] as const satisfies readonly Period[];

const KEY = ["budgets"];
const AGAIN_MS = 15_000;

/** Every budget; what is spent is read anew as long as the page is open. */
export function useBudgets() {
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/budgets", { signal }))).items,
    refetchInterval: AGAIN_MS,
  });
}

function useWrite<Input, Output>(write: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: write, onSuccess: () => queries.invalidateQueries({ queryKey: KEY }) });
}

export function useCreateBudget() {
  return useWrite((body: BudgetRequest) => call(api.POST("/api/v1/budgets", { body })));
}

export function useChangeBudget() {
  return useWrite(({ id, ...body }: { id: string; name: string; limit: number }) =>
    call(api.PATCH("/api/v1/budgets/{budget_id}", { params: { path: { budget_id: id } }, body })),
  );
}

export function useDeleteBudget() {
  return useWrite((id: string) => call(api.DELETE("/api/v1/budgets/{budget_id}", { params: { path: { budget_id: id } } })));
}

/** The names of keys, for those who may read them. */
export function useKeyNames(isAllowed: boolean) {
  return useQuery({
    queryKey: ["budgets", "keys"],
    queryFn: async ({ signal }) => {
      const page = await call(api.GET("/api/v1/keys", { params: { query: { limit: 200 } }, signal }));
      return page.items.map(({ id, name }) => ({ id, name }));
    },
    enabled: isAllowed,
  });
}
