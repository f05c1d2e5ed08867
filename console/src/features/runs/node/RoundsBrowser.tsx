import { useState } from "react";
import { Button, SegmentedControl } from "@/design";
import { useI18n } from "@/i18n";
import { roundScope, type NodeModel, type NodeStatus } from "../model";
import { StatusDot } from "../timeline/TimelineRow";
import styles from "./SidePanel.module.css";

const SHOWN_AT_ONCE = 50;

/** The rounds of a container: which failed, how long each took. */
export function RoundsBrowser({ node, nowMs, onSelect }: { node: NodeModel; nowMs: number; onSelect: (place: string) => void }) {
  const { t, format } = useI18n();
  const [which, setWhich] = useState<"all" | "failed">("all");
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const failed = node.rounds.filter((round) => round.status === "failed");
  const rounds = which === "failed" ? failed : node.rounds;
  return (
    <>
      {failed.length > 0 && failed.length < node.rounds.length && (
        <SegmentedControl
          label={t("runs.rounds")}
          value={which}
          onChange={setWhich}
          options={[
            { value: "all", label: t("runs.roundsAll") },
            { value: "failed", label: t("runs.roundsFailed", { number: failed.length }) },
          ]}
        />
      )}
      <ul className={styles["roundList"]}>
        {rounds.slice(0, shown).map((round) => (
          <li key={round.index}>
            <button type="button" onClick={() => onSelect(roundScope(node.place, round.index))}>
              <StatusDot status={round.status satisfies NodeStatus} />
              <span>{t("runs.round", { number: String(round.index + 1) })}</span>
              {round.problem && <span className={styles["errorText"]}>{round.problem.detail || round.problem.title}</span>}
              <span className={styles["faint"]}>{format.duration(((round.toMs ?? nowMs) - round.fromMs) / 1000)}</span>
            </button>
          </li>
        ))}
      </ul>
      {rounds.length > shown && (
        <Button size="small" variant="ghost" onClick={() => setShown(shown + 10 * SHOWN_AT_ONCE)}>
          {t("runs.showRest", { count: rounds.length - shown })}
        </Button>
      )}
    </>
  );
}
