import { ArrowLeftRight } from "lucide-react";
import { Link, useNavigate, useParams } from "react-router";
import { Button, Card, CopyableId, ErrorState, Page, PageHeader, SkeletonLines } from "@/design";
import { RunStatusBadge, useAppNames, useRun } from "@/features/runs";
import { useI18n } from "@/i18n";
import { useComparison, type Comparison } from "./api";
import { DiffView } from "./DiffView";
import { FiguresTable } from "./FiguresTable";
import { NodesTable } from "./NodesTable";
import styles from "./Compare.module.css";

/** Two runs side by side: the first is before, the second after. */
export function Component() {
  const { t } = useI18n();
  const { runId = "", otherId = "" } = useParams();
  const navigate = useNavigate();
  const comparison = useComparison(runId, otherId);
  const before = useRun(runId);
  const after = useRun(otherId);
  const apps = useAppNames();
  const app = apps.data?.find((one) => one.id === after.data?.app_id)?.name ?? "";
  const { data, error } = comparison;
  return (
    <Page>
      <PageHeader
        title={t("debugging.comparison")}
        description={app}
        actions={
          <Button icon={ArrowLeftRight} onClick={() => void navigate(`/runs/${otherId}/comparison/${runId}`, { replace: true })}>
            {t("debugging.swap")}
          </Button>
        }
      />
      {error && <ErrorState error={error} onRetry={() => void comparison.refetch()} />}
      {!data && !error && <SkeletonLines lines={8} />}
      {data && (
        <div className={styles["parts"]}>
          <div className={styles["sides"]}>
            <Side label={t("debugging.before")} run={data.before} />
            <Side label={t("debugging.after")} run={data.after} />
          </div>
          <FiguresTable comparison={data} />
          <Results comparison={data} />
          <NodesTable comparison={data} before={before.data?.nodes ?? []} after={after.data?.nodes ?? []} />
        </div>
      )}
    </Page>
  );
}

function Side({ label, run }: { label: string; run: Comparison["before"] }) {
  const { t } = useI18n();
  return (
    <section className={styles["side"]}>
      <h2>{label}</h2>
      <RunStatusBadge status={run.status} />
      <CopyableId id={run.run_id} />
      <Link to={`/runs/${run.run_id}`}>{t("actions.open")}</Link>
    </section>
  );
}

function Results({ comparison }: { comparison: Comparison }) {
  const { t } = useI18n();
  const { answer, outputs } = comparison;
  const isSame = !answer && outputs.length === 0;
  return (
    <Card title={t("debugging.results")} description={isSame ? t("debugging.sameResults") : undefined}>
      {!isSame && (
        <div className={styles["results"]}>
          {answer && <DiffView change={answer} title={t("debugging.answer")} isText />}
          {outputs.map((change) => (
            <DiffView key={change.name} change={change} title={change.name} />
          ))}
        </div>
      )}
    </Card>
  );
}
