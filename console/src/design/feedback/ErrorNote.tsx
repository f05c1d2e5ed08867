import { CircleAlert } from "lucide-react";
import { asProblem } from "@/api/problem";
import { CopyableId } from "@/design/display/CopyableId";
import { useProblemText } from "@/design/feedback/problem-text";
import { useI18n } from "@/i18n";
import styles from "./Feedback.module.css";

/** What went wrong with an action, near it: title, detail, faults, trace id. */
export function ErrorNote({ error }: { error: unknown }) {
  const { t } = useI18n();
  const { title, detail } = useProblemText(error);
  const problem = asProblem(error);
  return (
    <div className={styles["note"]} role="alert">
      <CircleAlert size={16} aria-hidden />
      <div className={styles["noteText"]}>
        <strong>{title}</strong>
        {detail && <p>{detail}</p>}
        {problem.errors.length > 0 && (
          <ul>
            {problem.errors.slice(0, 8).map((fault) => (
              <li key={fault.pointer + fault.message}>
                {fault.pointer && <code>{fault.pointer}</code>} {fault.message}
              </li>
            ))}
          </ul>
        )}
        {problem.traceId && (
          <p className={styles["trace"]}>
            {t("errors.trace")} <CopyableId id={problem.traceId} />
          </p>
        )}
      </div>
    </div>
  );
}
