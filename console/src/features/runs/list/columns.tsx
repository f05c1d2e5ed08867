import { isGiven } from "../model";
import { useMemo } from "react";
import { Link } from "react-router";
import { Badge, Time, type Column } from "@/design";
import { useI18n } from "@/i18n";
import type { AppName, RunSummary } from "../api";
import { useNow } from "../live/use-run-stream";
import { RunStatusBadge } from "../status";
import { useViaLabel } from "../via";
import styles from "./Runs.module.css";

/** What a list of runs shows of each. */
export function useColumns(apps: readonly AppName[] | undefined): Column<RunSummary>[] {
  const { t, format } = useI18n();
  const via = useViaLabel();
  return useMemo(() => {
    const names = new Map(apps?.map((app) => [app.id, app.name]));
    return [
      {
        id: "app",
        header: t("runs.run"),
        cell: (run) => (
          <div className={styles["stack"]} data-row={run.id}>
            <span className={styles["line"]}>
              <Link to={`/runs/${run.id}`} className={styles["name"]}>
                {names.get(run.app_id) ?? t("runs.deletedApp")}
              </Link>
              {run.is_draft && <Badge>{t("runs.draft")}</Badge>}
            </span>
            <code className={styles["id"]}>{run.id}</code>
          </div>
        ),
      },
      {
        id: "status",
        header: t("runs.status"),
        width: "30%",
        cell: (run) => (
          <div className={styles["outcome"]}>
            <RunStatusBadge status={run.status} />
            {run.problem && (
              <span className={styles["problem"]} title={run.problem.detail}>
                {run.problem.detail || run.problem.title}
              </span>
            )}
          </div>
        ),
      },
      {
        id: "by",
        header: t("runs.startedBy"),
        cell: (run) => (
          <div className={styles["stack"]}>
            <span>{via(run.via ?? "api")}</span>
            {run.end_user && <span className={styles["faint"]}>{run.end_user}</span>}
          </div>
        ),
      },
      {
        id: "started",
        header: t("runs.started"),
        cell: (run) => (
          <span className={styles["when"]}>
            <Time at={run.started_at} />
          </span>
        ),
      },
      { id: "took", header: t("runs.duration"), align: "end", cell: (run) => <Duration run={run} /> },
      {
        id: "tokens",
        header: t("runs.tokens"),
        align: "end",
        cell: (run) => {
          const tokens = (run.input_tokens ?? 0) + (run.output_tokens ?? 0);
          return tokens > 0 ? format.compact(tokens) : <span className={styles["faint"]}>–</span>;
        },
      },
      {
        id: "cost",
        header: t("runs.cost"),
        align: "end",
        cell: (run) => isGiven(run.cost_usd) ? format.cost(run.cost_usd) : <span className={styles["faint"]}>–</span>,
      },
    ];
  }, [apps, t, format, via]);
}

function Duration({ run }: { run: RunSummary }) {
  const { format } = useI18n();
  const isRunning = run.status === "running";
  const now = useNow(isRunning, 1000);
  if (isGiven(run.elapsed_s)) return format.duration(run.elapsed_s);
  if (!isRunning) return <span className={styles["faint"]}>–</span>;
  return format.duration(Math.max(0, Math.floor((now - Date.parse(run.started_at)) / 1000)));
}
