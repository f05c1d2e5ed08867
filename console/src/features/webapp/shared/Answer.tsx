import { ExternalLink, RotateCw } from "lucide-react";
import { useDeferredValue, type ReactNode } from "react";
import { Button, ButtonLink, CopyButton, Markdown } from "@/design";
import { useI18n } from "@/i18n";
import { isGoing, type RunState } from "../api/follow-run";
import { Outputs, outputsText } from "./Outputs";
import { RefusalNote } from "./RefusalNote";
import styles from "./Shared.module.css";

interface AnswerProps {
  run: RunState;
  onRetry: () => void;
  /** Beside the copy button, once it has ended. */
  tools?: ReactNode;
}

/** What the app says: growing while it is written, then with a button to copy it; or why there is nothing. */
export function Answer({ run, onRetry, tools }: AnswerProps) {
  const text = useDeferredValue(run.answer);
  const going = isGoing(run.progress);
  const outputs = run.outputs && Object.keys(run.outputs).length > 0 ? run.outputs : undefined;
  const copied = run.answer || (outputs ? outputsText(outputs) : "");
  return (
    <div className={styles["answer"]} aria-busy={going}>
      {text && (
        <div className={styles["text"]} data-going={going || undefined}>
          <Markdown text={text} />
        </div>
      )}
      {!text && going && (
        <span className={styles["dots"]} aria-hidden>
          <i />
          <i />
          <i />
        </span>
      )}
      {!text && outputs && <Outputs outputs={outputs} />}
      <State run={run} onRetry={onRetry} isEmpty={!text && !outputs} />
      {!going && copied && (
        <div className={styles["tools"]}>
          <CopyButton text={copied} />
          {tools}
        </div>
      )}
    </div>
  );
}

function State({ run, onRetry, isEmpty }: { run: RunState; onRetry: () => void; isEmpty: boolean }) {
  const { t } = useI18n();
  const again = (
    <Button size="small" icon={RotateCw} onClick={onRetry}>
      {t("actions.tryAgain")}
    </Button>
  );
  switch (run.progress) {
    case "refused":
      return run.refusal ? <RefusalNote key={run.refusal.retryAt} refusal={run.refusal} onRetry={onRetry} /> : null;
    case "reconnecting":
      return <p className={styles["note"]}>{t("webapp.reconnecting")}</p>;
    case "waiting":
      return (
        <div className={styles["form"]}>
          <p>{t("webapp.waiting")}</p>
          {run.formUrl && (
            <ButtonLink variant="primary">
              <a href={run.formUrl} target="_blank" rel="noopener">
                {t("webapp.openForm")}
                <ExternalLink size={14} aria-hidden />
              </a>
            </ButtonLink>
          )}
        </div>
      );
    case "failed":
    case "lost":
      return (
        <div className={styles["failed"]}>
          <div>
            <p>{run.progress === "lost" ? t("webapp.lost") : t("webapp.failed")}</p>
            {run.progress === "failed" && run.runId && <p className={styles["run"]}>{t("webapp.runId", { id: run.runId })}</p>}
          </div>
          {again}
        </div>
      );
    case "cancelled":
      return (
        <div className={styles["stopped"]}>
          <span>{t("webapp.stopped")}</span>
          {again}
        </div>
      );
    case "succeeded":
      return isEmpty ? <p className={styles["note"]}>{t("webapp.nothingSaid")}</p> : null;
    default:
      return null;
  }
}
