import { ChevronLeft, ChevronRight } from "lucide-react";
import { Callout, IconButton } from "@/design";
import { useI18n } from "@/i18n";
import { roundScope, splitScope, type RunModel } from "../model";
import { ProblemText } from "../page/RunOutcome";
import type { RunFacts } from "../page/use-run-facts";
import { StatusDot } from "../timeline/TimelineRow";
import { Section } from "./Section";
import styles from "./SidePanel.module.css";

interface RoundDetailsProps {
  run: RunModel;
  facts: RunFacts;
  scope: string;
  onSelect: (place: string) => void;
}

/** One round of a container: why it failed, and what its nodes did. */
export function RoundDetails({ run, facts, scope, onSelect }: RoundDetailsProps) {
  const { t, format } = useI18n();
  const { container = "", index = 0 } = splitScope(scope) ?? {};
  const rounds = run.nodes.get(container)?.rounds ?? [];
  const at = rounds.findIndex((round) => round.index === index);
  const round = rounds[at];
  const nodes = [...run.nodes.values()].filter((node) => node.scope === scope);
  const go = (step: number) => {
    const next = rounds[at + step];
    if (next) onSelect(roundScope(container, next.index));
  };
  return (
    <>
      <div className={styles["pager"]}>
        <IconButton size="small" icon={ChevronLeft} label={t("runs.roundBefore")} disabled={at <= 0} onClick={() => go(-1)} />
        <span>{t("runs.roundCount", { number: at + 1, all: rounds.length })}</span>
        <IconButton size="small" icon={ChevronRight} label={t("runs.roundAfter")} disabled={at >= rounds.length - 1} onClick={() => go(1)} />
      </div>
      {round?.problem && (
        <Callout tone="danger" title={round.problem.title}>
          <ProblemText problem={round.problem} />
        </Callout>
      )}
      <Section title={t("runs.nodes")} count={nodes.length}>
        <ul className={styles["roundList"]}>
          {nodes.map((node) => (
            <li key={node.place}>
              <button type="button" onClick={() => onSelect(node.place)}>
                <StatusDot status={node.status} />
                <span>{facts.titleOf(node.node)}</span>
                <span className={styles["faint"]}>{node.elapsedS === undefined ? "" : format.duration(node.elapsedS)}</span>
              </button>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}
