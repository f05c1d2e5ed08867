import { useI18n } from "@/i18n";
import { isGoing, type RunState } from "../api/follow-run";
import styles from "../Site.module.css";

/** Tells screen readers how the last run goes: that it is being written, then all of it at once, not each word. */
export function Announcer({ run }: { run: RunState | undefined }) {
  const { t } = useI18n();
  return (
    <p role="status" className={styles["hidden"]}>
      {run && said(run, t)}
    </p>
  );
}

function said(run: RunState, t: ReturnType<typeof useI18n>["t"]): string {
  if (run.progress === "reconnecting") return t("webapp.reconnecting");
  if (isGoing(run.progress)) return t("webapp.writing");
  switch (run.progress) {
    case "succeeded":
      return run.answer ? t("webapp.answerIs", { answer: run.answer }) : t("webapp.done");
    case "waiting":
      return t("webapp.waiting");
    case "cancelled":
      return t("webapp.stopped");
    case "refused":
      return run.refusal?.kind === "rate" ? t("webapp.rateSaid") : t("webapp.offline");
    case "lost":
      return t("webapp.lost");
    default:
      return t("webapp.failed");
  }
}
