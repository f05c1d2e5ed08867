import { Progress, StatusBadge, type Status } from "@/design";
import { useI18n } from "@/i18n";
import type { Doc, DocStatus } from "../api/documents";
import styles from "./Documents.module.css";

const SHOWN: Record<DocStatus, Status> = {
  queued: "waiting",
  parsing: "running",
  indexing: "running",
  ready: "succeeded",
  failed: "failed",
  paused: "paused",
  cancelled: "cancelled",
  deleting: "running",
  unknown: "waiting",
};

/** Where a document is, and how many of its chunks can be found already. */
export function DocumentStatus({ document }: { document: Doc }) {
  const { t, format } = useI18n();
  const { status, chunks_done: done, chunks_total: total } = document;
  const isCounting = (status === "indexing" || status === "paused") && total !== null && total > 0;
  const label = t(`documents.status_${status}`);
  return (
    <span className={styles["status"]}>
      <span className={styles["statusLine"]}>
        <StatusBadge status={SHOWN[status]} label={label} />
        {isCounting && (
          <span className={styles["count"]}>
            {format.number(done)} / {format.number(total)}
          </span>
        )}
        {status === "ready" && <span className={styles["count"]}>{t("knowledge.chunkCount", { count: done })}</span>}
      </span>
      {isCounting && <Progress share={done / total} label={t("documents.progressOf", { name: document.name })} />}
    </span>
  );
}
