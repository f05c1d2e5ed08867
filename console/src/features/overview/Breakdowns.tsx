import { CircleCheck } from "lucide-react";
import { Link } from "react-router";
import { Card, EmptyState, Table, type Column } from "@/design";
import { useAppNames } from "@/features/runs";
import { Cost } from "@/features/usage";
import { useI18n } from "@/i18n";
import type { Statistics } from "./api";
import styles from "./Overview.module.css";

type Problem = Statistics["problems"][number];
type AppFigures = Statistics["apps"][number];

/** What runs failed of, each with the latest run to look at. */
export function ProblemsCard({ problems }: { problems: readonly Problem[] | undefined }) {
  const { t, format } = useI18n();
  const columns: Column<Problem>[] = [
    { id: "code", header: t("overview.problem"), cell: (one) => <code>{one.code}</code> },
    { id: "runs", header: t("overview.runs"), align: "end", width: "20%", cell: (one) => format.number(one.runs) },
    {
      id: "last",
      header: t("overview.lastRun"),
      align: "end",
      width: "30%",
      cell: (one) => (
        <Link to={`/runs/${one.last_run_id}`} className={styles["link"]} aria-label={t("overview.openLast", { code: one.code })}>
          {t("overview.open")}
        </Link>
      ),
    },
  ];
  return (
    <Card title={t("overview.problems")} isFlush>
      <Table
        label={t("overview.problems")}
        columns={columns}
        rows={problems}
        rowKey={(one) => one.code}
        skeletonRows={3}
        empty={<EmptyState icon={CircleCheck} title={t("overview.noProblems")} isCompact />}
      />
    </Card>
  );
}

/** The apps with the most runs. */
export function AppsCard({ apps }: { apps: readonly AppFigures[] | undefined }) {
  const { t, format } = useI18n();
  const names = useAppNames();
  const nameOf = (id: string) => names.data?.find((one) => one.id === id)?.name;
  const columns: Column<AppFigures>[] = [
    {
      id: "app",
      header: t("overview.app"),
      cell: (one) =>
        nameOf(one.app_id) ? (
          <Link to={`/apps/${one.app_id}/overview`} className={styles["link"]}>
            {nameOf(one.app_id)}
          </Link>
        ) : (
          <code title={t("overview.appGone")}>{one.app_id}</code>
        ),
    },
    { id: "runs", header: t("overview.runs"), align: "end", width: "13%", cell: (one) => format.number(one.runs) },
    { id: "failed", header: t("overview.failed"), align: "end", width: "13%", cell: (one) => format.number(one.failed) },
    { id: "p95", header: "p95", align: "end", width: "16%", cell: (one) => (typeof one.p95_s === "number" ? format.duration(one.p95_s) : "–") },
    { id: "cost", header: t("overview.cost"), align: "end", width: "16%", cell: (one) => <Cost usd={one.cost_usd ?? null} /> },
  ];
  return (
    <Card title={t("overview.apps")} isFlush>
      <Table label={t("overview.apps")} columns={columns} rows={apps} rowKey={(one) => one.app_id} skeletonRows={3} />
    </Card>
  );
}
