import { Activity } from "lucide-react";
import { useMemo } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { Button, ButtonLink, EmptyState, ErrorState, LoadMore, Page, PageHeader, Table } from "@/design";
import { useI18n } from "@/i18n";
import { useAppNames, useRun, useRuns, type RunSummary } from "../api";
import { useNow } from "../live/use-run-stream";
import { RunFilters } from "./RunFilters";
import { filterFrom, isNarrowed, queryOf, searchOf, type ListFilter } from "./filter";
import { useColumns } from "./columns";
import { useListKeys } from "./use-list-keys";
import styles from "./Runs.module.css";

/** All runs, or those of the app whose tab this is. */
export function Component() {
  const { t } = useI18n();
  const { app } = useParams();
  const [search, setSearch] = useSearchParams();
  const filter = useMemo(() => filterFrom(search), [search]);
  const change = (next: ListFilter) => setSearch(searchOf(next), { replace: true });
  const shown = app === undefined ? filter : { ...filter, app };
  return (
    <Page isWide>
      <PageHeader title={t("shell.runs")} description={app === undefined && t("runs.listHint")} />
      <RunFilters filter={filter} onChange={change} isOfOneApp={app !== undefined} />
      {filter.run ? (
        <OneRun key={filter.run} runId={filter.run} onReset={() => change({})} />
      ) : (
        <RunList filter={shown} isNarrow={isNarrowed(filter)} onReset={() => change({})} />
      )}
    </Page>
  );
}

function RunList({ filter, isNarrow, onReset }: { filter: ListFilter; isNarrow: boolean; onReset: () => void }) {
  const { t } = useI18n();
  const minute = useNow(filter.period !== undefined, 60_000);
  const pages = useRuns(queryOf(filter, minute));
  const { data, error, items } = pages;
  if (error && !data) return <ErrorState error={error} onRetry={() => void pages.refetch()} />;
  const empty = isNarrow ? (
    <EmptyState icon={Activity} title={t("runs.noneFit")} action={<Button onClick={onReset}>{t("runs.resetFilter")}</Button>}>
      {t("runs.noneFitHint")}
    </EmptyState>
  ) : (
    <EmptyState
      icon={Activity}
      title={t("runs.none")}
      action={
        <ButtonLink variant="primary">
          <Link to="/apps">{t("runs.toApps")}</Link>
        </ButtonLink>
      }
    >
      {t("runs.noneHint")}
    </EmptyState>
  );
  return (
    <>
      <RunTable runs={data ? items : undefined} empty={empty} />
      <LoadMore pages={pages} />
    </>
  );
}

/** What somebody looked for by its id. */
function OneRun({ runId, onReset }: { runId: string; onReset: () => void }) {
  const { t } = useI18n();
  const { data: run, error, isPending, refetch } = useRun(runId);
  if (error && error.status !== 404) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const runs = isPending ? undefined : run ? [{ ...run, started_at: run.started_at ?? "" } as RunSummary] : [];
  return (
    <RunTable
      runs={runs}
      skeletonRows={1}
      empty={
        <EmptyState icon={Activity} title={t("runs.noSuchRun")} action={<Button onClick={onReset}>{t("runs.resetFilter")}</Button>}>
          {t("runs.noSuchRunHint")}
        </EmptyState>
      }
    />
  );
}

interface RunTableProps {
  runs: readonly RunSummary[] | undefined;
  skeletonRows?: number;
  empty: React.ReactNode;
}

function RunTable({ runs, skeletonRows = 8, empty }: RunTableProps) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const apps = useAppNames();
  const columns = useColumns(apps.data);
  const open = (run: RunSummary) => void navigate(`/runs/${run.id}`);
  const selected = useListKeys(runs, (run) => run.id, open);
  return (
    <div className={styles["list"]}>
      <Table
        label={t("shell.runs")}
        columns={columns}
        rows={runs}
        rowKey={(run) => run.id}
        skeletonRows={skeletonRows}
        onRowClick={open}
        selectedKey={selected}
        empty={empty}
      />
    </div>
  );
}
