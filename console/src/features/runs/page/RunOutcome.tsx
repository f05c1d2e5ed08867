import { Button, Callout } from "@/design";
import { useI18n } from "@/i18n";
import type { FollowedRun } from "../live/run-follower";
import type { LoggedProblem } from "../model";
import { splitPlace } from "../model";
import type { RunFacts } from "./use-run-facts";
import styles from "./RunPage.module.css";

interface RunOutcomeProps {
  runId: string;
  followed: FollowedRun;
  facts: RunFacts;
  onSelect: (place: string) => void;
}

/** Why a run failed or was stopped, and what can be done about it. */
export function RunOutcome({ followed, facts, onSelect }: RunOutcomeProps) {
  const { t } = useI18n();
  const { run, problem: streamProblem } = followed;
  const problem = run.problem ?? facts.detail?.problem;
  if (problem) {
    const place = run.failedPlace;
    return (
      <div className={styles["callout"]}>
        <Callout
          tone="danger"
          title={place ? t("runs.failedAt", { node: facts.titleOf(splitPlace(place).node) }) : t("runs.failedTitle")}
          action={
            place && (
              <Button size="small" onClick={() => onSelect(place)}>
                {t("runs.goToNode")}
              </Button>
            )
          }
        >
          <ProblemText problem={problem as LoggedProblem} />
        </Callout>
      </div>
    );
  }
  if (run.cancelled) {
    return (
      <div className={styles["callout"]}>
        <Callout title={t("runs.cancelledTitle")}>{run.cancelled.reason}</Callout>
      </div>
    );
  }
  if (!streamProblem) return null;
  const isExpired = streamProblem.status === 410;
  return (
    <div className={styles["callout"]}>
      <Callout tone="warning" title={isExpired ? t("runs.expiredTitle") : streamProblem.title}>
        {isExpired ? t("runs.expiredHint") : streamProblem.detail}
      </Callout>
    </div>
  );
}

/** A problem in its own words, with its faults and what to do. */
export function ProblemText({ problem }: { problem: LoggedProblem }) {
  const { t } = useI18n();
  const advice = { later: t("runs.adviceLater"), after_change: t("runs.adviceChange"), never: t("runs.adviceNever") };
  return (
    <div className={styles["problem"]}>
      <p>{problem.detail || problem.title}</p>
      {problem.errors && problem.errors.length > 0 && (
        <ul>
          {problem.errors.map((fault) => (
            <li key={fault.pointer + fault.message}>
              {fault.pointer && <code>{fault.pointer}</code>} {fault.message}
            </li>
          ))}
        </ul>
      )}
      <p className={styles["advice"]}>
        <code>{problem.code}</code> {problem.retry && advice[problem.retry]}
      </p>
    </div>
  );
}
