import { CircleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { asProblem } from "@/api/problem";
import { Button } from "@/design/button/Button";
import { classes } from "@/design/classes";
import { CopyableId } from "@/design/display/CopyableId";
import { useProblemText } from "@/design/feedback/problem-text";
import { useI18n } from "@/i18n";
import styles from "./Feedback.module.css";

export interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  /** What would be here, and how it gets here. */
  children?: ReactNode;
  action?: ReactNode;
  isCompact?: boolean;
  /** It is all there is on the page, so that its title is the page's. */
  isPage?: boolean;
}

/** Nothing is here yet, or nothing fits the search. */
export function EmptyState({ icon: Icon, title, children, action, isCompact, isPage }: EmptyStateProps) {
  const Heading = isPage ? "h1" : "h2";
  return (
    <div className={classes(styles["state"], isCompact && styles["compact"])}>
      <span className={styles["sign"]}>
        <Icon size={20} aria-hidden />
      </span>
      <Heading>{title}</Heading>
      {children && <div className={styles["stateText"]}>{children}</div>}
      {action && <div className={styles["stateAction"]}>{action}</div>}
    </div>
  );
}

/** What was to be shown could not be read: why, and a way to try again. */
export function ErrorState({ error, onRetry, action }: { error: unknown; onRetry?: () => void; action?: ReactNode }) {
  const { t } = useI18n();
  const { title, detail } = useProblemText(error);
  const { traceId } = asProblem(error);
  return (
    <div className={styles["state"]} role="alert">
      <span className={classes(styles["sign"], styles["signFailed"])}>
        <CircleAlert size={20} aria-hidden />
      </span>
      <h2>{title}</h2>
      <div className={styles["stateText"]}>
        {detail && <p>{detail}</p>}
        {traceId && (
          <p className={styles["trace"]}>
            {t("errors.trace")} <CopyableId id={traceId} />
          </p>
        )}
      </div>
      <div className={styles["stateAction"]}>
        {onRetry && <Button onClick={onRetry}>{t("actions.tryAgain")}</Button>}
        {action}
      </div>
    </div>
  );
}
