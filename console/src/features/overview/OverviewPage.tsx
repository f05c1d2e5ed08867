import { Activity } from "lucide-react";
import { Link, useParams, useSearchParams } from "react-router";
import { ButtonLink, Callout, EmptyState, ErrorState, Page, PageHeader, Spacer, Switch, Toolbar } from "@/design";
import { SpanPicker, useSpan, type Span } from "@/features/usage";
import { useI18n } from "@/i18n";
import { useStatistics, type Statistics } from "./api";
import { AppsCard, ProblemsCard } from "./Breakdowns";
import { Charts } from "./Charts";
import { Totals } from "./Totals";
import styles from "./Overview.module.css";

/** How runs went: of the whole workspace, or of the app in the address. */
export function Component() {
  const { t } = useI18n();
  const { app } = useParams();
  const [search, setSearch] = useSearchParams();
  const withDrafts = search.get("drafts") !== "no";
  const span = useSpan();
  const statistics = useStatistics(span, app, withDrafts);
  const setDrafts = (isOn: boolean) => {
    const next = new URLSearchParams(search);
    if (isOn) next.delete("drafts");
    else next.set("drafts", "no");
    setSearch(next, { replace: true });
  };
  return (
    <Page>
      <PageHeader title={t("overview.title")} description={app ? t("overview.appHint") : t("overview.hint")} />
      <Toolbar>
        <SpanPicker span={span} />
        <Spacer />
        <Switch isOn={withDrafts} onChange={setDrafts} label={t("overview.withDrafts")} />
      </Toolbar>
      {statistics.isError ? (
        <ErrorState error={statistics.error} onRetry={() => void statistics.refetch()} />
      ) : statistics.data?.total.runs === 0 ? (
        <NothingRan app={app} />
      ) : (
        <Figures told={statistics.data} span={span} app={app} />
      )}
    </Page>
  );
}

function Figures({ told, span, app }: { told: Statistics | undefined; span: Span; app: string | undefined }) {
  const { t, format } = useI18n();
  return (
    <div className={styles["stack"]} aria-busy={!told}>
      {told?.counted_since && <Callout tone="warning">{t("overview.partial", { since: format.dateTime(told.counted_since) })}</Callout>}
      <Totals total={told?.total} app={app} />
      <Charts span={span} buckets={told?.buckets} />
      <div className={styles["pair"]}>
        {!app && <AppsCard apps={told?.apps} />}
        <ProblemsCard problems={told?.problems} />
      </div>
    </div>
  );
}

function NothingRan({ app }: { app: string | undefined }) {
  const { t } = useI18n();
  const action = (
    <ButtonLink>
      <Link to={app ? `/apps/${app}` : "/apps"}>{app ? t("overview.openApp") : t("overview.openApps")}</Link>
    </ButtonLink>
  );
  return (
    <EmptyState icon={Activity} title={t("overview.empty")} action={action}>
      {t("overview.emptyHint")}
    </EmptyState>
  );
}
