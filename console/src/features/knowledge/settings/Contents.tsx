import { Link } from "react-router";
import { Card, ErrorState, SkeletonLines, Stat, Table, type Column } from "@/design";
import { useI18n } from "@/i18n";
import { useStatistics, type Statistics } from "../api/datasets";
import { STATUSES } from "../api/documents";
import { adviceFor } from "../documents/failure";
import styles from "./Settings.module.css";

type FailureCount = NonNullable<Statistics["failures"]>[number];

/** What a dataset holds, counted. */
export function Contents({ dataset }: { dataset: string }) {
  const { t, format } = useI18n();
  const statistics = useStatistics(dataset);
  const told = statistics.data;
  if (statistics.isError && !told) {
    return (
      <Card title={t("knowledge.contents")}>
        <ErrorState error={statistics.error} onRetry={() => void statistics.refetch()} />
      </Card>
    );
  }
  if (!told) {
    return (
      <Card title={t("knowledge.contents")}>
        <SkeletonLines lines={4} />
      </Card>
    );
  }
  const documents = Object.values(told.by_status).reduce((sum, count) => sum + count, 0);
  const leftOver = told.stored_chunks - told.chunks;
  return (
    <Card title={t("knowledge.contents")}>
      <div className={styles["stats"]}>
        <Stat
          label={t("knowledge.documents")}
          value={format.number(documents)}
          hint={told.disabled > 0 ? t("knowledge.disabledCount", { count: told.disabled }) : t("knowledge.allOn")}
        />
        <Stat
          label={t("knowledge.chunks")}
          value={format.number(told.chunks)}
          hint={leftOver > 0 ? t("knowledge.leftOver", { count: leftOver }) : t("knowledge.allFindable")}
        />
        <Stat label={t("documents.size")} value={format.bytes(told.size_bytes)} hint={t("knowledge.sizeHint")} />
      </div>
      {documents > 0 && <ByStatus dataset={dataset} byStatus={told.by_status} total={documents} />}
      <Failures failures={told.failures ?? []} />
    </Card>
  );
}

function ByStatus({ dataset, byStatus, total }: { dataset: string; byStatus: Record<string, number>; total: number }) {
  const { t, format } = useI18n();
  const shown = STATUSES.map((status) => ({ status, count: byStatus[status] ?? 0 })).filter(({ count }) => count > 0);
  return (
    <div className={styles["byStatus"]}>
      <div className={styles["bar"]} aria-hidden>
        {shown.map(({ status, count }) => (
          <span key={status} data-status={status} style={{ width: `${(count / total) * 100}%` }} />
        ))}
      </div>
      <ul className={styles["legend"]}>
        {shown.map(({ status, count }) => (
          <li key={status}>
            <span className={styles["dot"]} data-status={status} aria-hidden />
            <Link to={`/knowledge/${dataset}?status=${status}`}>
              {t(`documents.status_${status}`)} <strong>{format.number(count)}</strong>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Failures({ failures }: { failures: readonly FailureCount[] }) {
  const { t, format } = useI18n();
  if (failures.length === 0) return null;
  const columns: Column<FailureCount>[] = [
    {
      id: "reason",
      header: t("knowledge.failureReason"),
      cell: (failure) => (
        <div className={styles["reason"]}>
          <span title={failure.example}>{failure.example || failure.code}</span>
          <span>{t(adviceFor(failure.code))}</span>
        </div>
      ),
    },
    { id: "code", header: t("knowledge.failureCode"), width: "180px", cell: (failure) => <code>{failure.code}</code> },
    { id: "documents", header: t("knowledge.documents"), width: "100px", align: "end", cell: (failure) => format.number(failure.documents) },
  ];
  return (
    <div className={styles["failures"]}>
      <Table label={t("knowledge.failures")} columns={columns} rows={failures} rowKey={({ code }) => code} />
    </div>
  );
}
