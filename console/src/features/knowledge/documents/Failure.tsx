import { classes, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useOrderDocument, type Doc } from "../api/documents";
import { adviceFor, isWorthRetrying } from "./failure";
import styles from "./Documents.module.css";

interface FailureProps {
  dataset: string;
  document: Doc;
  isEditable: boolean;
  /** Shows all of a long reason. */
  isWhole?: boolean;
}

/** Why a document failed, and what to do about it. */
export function Failure({ dataset, document, isEditable, isWhole }: FailureProps) {
  const { t } = useI18n();
  const { fail } = useToasts();
  const order = useOrderDocument(dataset);
  return (
    <div className={styles["failure"]}>
      <p className={classes(styles["reason"], isWhole && styles["whole"])} title={document.error ?? undefined}>
        {document.error ?? t("documents.noReason")}
      </p>
      <p className={styles["advice"]}>
        {t(adviceFor(document.error_code))}
        {isEditable && isWorthRetrying(document.error_code) && (
          <button
            type="button"
            className={styles["retry"]}
            disabled={order.isPending}
            onClick={() => order.mutate({ id: document.id, order: "retries" }, { onError: fail })}
          >
            {t("actions.tryAgain")}
          </button>
        )}
      </p>
    </div>
  );
}
