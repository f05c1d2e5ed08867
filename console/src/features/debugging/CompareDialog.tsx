import { useState } from "react";
import { useNavigate } from "react-router";
import { Button, Dialog, Field, Input, SkeletonLines, Time } from "@/design";
import { runIdIn, RunStatusBadge, useRuns, type RunModel } from "@/features/runs";
import { useI18n } from "@/i18n";
import styles from "./Debugging.module.css";

/** Chooses the run to compare with: the one that served this one, others of the app, or any by its id. */
export function CompareDialog({ runId, run, onClose }: { runId: string; run: RunModel; onClose: () => void }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const origin = run.started?.origin?.run_id;
  const runs = useRuns({ app: run.started?.app_id }, false);
  const compare = (other: string) => void navigate(`/runs/${other}/comparison/${runId}`);
  const given = runIdIn(typed);
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("debugging.compareTitle")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button variant="primary" disabled={!given} onClick={() => given && compare(given)}>
            {t("debugging.compare")}
          </Button>
        </>
      }
    >
      <Field label={t("debugging.otherRun")} hint={t("debugging.otherRunHint")}>
        <Input isMono placeholder="run_…" value={typed} onChange={(event) => setTyped(event.target.value)} />
      </Field>
      {origin && (
        <Button className={styles["origin"] ?? ""} onClick={() => compare(origin)}>
          {t("debugging.compareWithOrigin")}
        </Button>
      )}
      {!runs.data && <SkeletonLines />}
      <ul className={styles["runs"]}>
        {runs.items
          .filter((one) => one.id !== runId)
          .slice(0, 12)
          .map((one) => (
            <li key={one.id}>
              <button type="button" onClick={() => compare(one.id)}>
                <RunStatusBadge status={one.status} />
                <code>…{one.id.slice(-6)}</code>
                <Time at={one.started_at} />
                {one.end_user && <span>{one.end_user}</span>}
              </button>
            </li>
          ))}
      </ul>
    </Dialog>
  );
}
