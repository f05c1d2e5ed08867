import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, type Schema } from "@/api/client";

export type Rule = Required<Schema<"RuleView">>;
export type Kind = Schema<"GuardrailKindView">;
export type Trial = Schema<"TrialView">;
export type Action = Rule["action"];
export type Side = Rule["sides"][number];

export const ACTIONS = ["block", "mask", "flag"] as const satisfies readonly Action[];
export const SIDES = ["input", "output"] as const satisfies readonly Side[];

const KEY = ["guardrails"];

export function useRules() {
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/guardrails", { signal }))).rules.map(whole),
  });
}

export function useKinds() {
  return useQuery({
    queryKey: ["guardrail-kinds"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/guardrail-kinds", { signal }))).items,
  });
}

/** Replaces all rules; the list shows the new ones at once, and the old ones again when that fails. */
export function usePutRules() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (rules: Rule[]) => call(api.PUT("/api/v1/guardrails", { body: { rules } })),
    onMutate: (rules) => {
      const before = queries.getQueryData<Rule[]>(KEY);
      queries.setQueryData(KEY, rules);
      return before;
    },
    onError: (_error, _rules, before) => queries.setQueryData(KEY, before),
    onSuccess: (saved) => queries.setQueryData(KEY, saved.rules.map(whole)),
  });
}

export function useTrial() {
  return useMutation({
    mutationFn: ({ rule, text }: { rule: Rule; text: string }) => call(api.POST("/api/v1/guardrails/trials", { body: { rule, text } })),
  });
}

function whole(rule: Schema<"RuleView">): Rule {
  return { ...rule, settings: rule.settings ?? {}, sides: rule.sides ?? ["input"], action: rule.action ?? "block", apps: rule.apps ?? [], is_on: rule.is_on ?? true };
}
