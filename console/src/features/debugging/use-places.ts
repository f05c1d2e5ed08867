import { useMemo } from "react";
import type { RunFacts, RunModel } from "@/features/runs";
import { useI18n } from "@/i18n";

/** What can be named to run again: all nodes of the document, and what stood in rounds of the run. */
export function usePlaces(run: RunModel | undefined, facts: RunFacts) {
  const { t } = useI18n();
  return useMemo(() => {
    const nodes = Object.keys(facts.document?.nodes ?? {});
    const inRounds = [...(run?.nodes.values() ?? [])].filter((node) => node.scope !== "").slice(0, 500);
    return [
      ...nodes.map((node) => ({ value: node, label: facts.titleOf(node), group: t("debugging.nodes") })),
      ...inRounds.map((node) => ({ value: node.place, label: node.place, group: t("debugging.inRounds") })),
    ];
  }, [run, facts, t]);
}
