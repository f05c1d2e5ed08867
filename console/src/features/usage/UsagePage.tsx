import { ChartColumn, Download } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { BarChart, Button, Callout, Card, EmptyState, ErrorState, Page, PageHeader, SegmentedControl, Select, Skeleton, Spacer, Stat, StatGrid, Toolbar } from "@/design";
import { saveAs } from "@/features/apps";
import { useAppNames } from "@/features/runs";
import { useI18n } from "@/i18n";
import { useUsage, type UsageRow } from "./api";
import { Cost } from "./Cost";
import { toCsv } from "./csv";
import { useSpanLabels } from "./labels";

import { SpanPicker, useSpan } from "./SpanPicker";
import { dayOf, type Span } from "./span";
import { MEASURES, modelOf, seriesOf, sumBy, tokens, total, type Measure } from "./sums";
import { SumTable } from "./SumTable";
import styles from "./Usage.module.css";

const ANY = "any";

/** What models were used, by whom, and what that cost. What is chosen stands in the address. */
export function Component() {
  const { t } = useI18n();
  const [search, setSearch] = useSearchParams();
  const app = search.get("app") ?? undefined;
  const span = useSpan();
  const usage = useUsage(span, app);
  const apps = useAppNames();
  const appName = (id: string) => apps.data?.find((one) => one.id === id)?.name ?? (apps.isPending ? "…" : id);
  const choose = (chosen: string) => {
    const next = new URLSearchParams(search);
    if (chosen === ANY) next.delete("app");
    else next.set("app", chosen);
    setSearch(next, { replace: true });
  };
  const save = () => saveAs(`usage-${dayOf(span.beginnings[0] ?? 0, span.utcOffset)}.csv`, toCsv(usage.data ?? [], appName), "text/csv");
  return (
    <Page>
      <PageHeader
        title={t("usage.title")}
        description={t("usage.hint")}
        actions={
          <Button icon={Download} disabled={!usage.data?.length} onClick={save}>
            {t("usage.export")}
          </Button>
        }
      />
      <Toolbar>
        <SpanPicker span={span} />
        <Spacer />
        <Select
          isFit
          label={t("usage.app")}
          value={app ?? ANY}
          onChange={choose}
          options={[{ value: ANY, label: t("usage.everyApp") }, ...(apps.data ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
        />
      </Toolbar>
      {usage.isError ? (
        <ErrorState error={usage.error} onRetry={() => void usage.refetch()} />
      ) : usage.data?.length === 0 ? (
        <EmptyState icon={ChartColumn} title={t("usage.empty")}>
          {t("usage.emptyHint")}
        </EmptyState>
      ) : (
        <Figures rows={usage.data} span={span} appName={appName} isOfOneApp={app !== undefined} />
      )}
    </Page>
  );
}

interface FiguresProps {
  rows: readonly UsageRow[] | undefined;
  span: Span;
  appName: (id: string) => string;
  isOfOneApp: boolean;
}

function Figures({ rows, span, appName, isOfOneApp }: FiguresProps) {
  const { t, format } = useI18n();
  const all = rows && total(rows);
  const wait = <Skeleton width="60%" height={22} />;
  const unknown = rows ? sumBy(rows, modelOf).filter((sum) => sum.unpriced > 0) : [];
  return (
    <div className={styles["stack"]} aria-busy={!rows}>
      <StatGrid>
        <Stat label={t("usage.cost")} value={all ? <Cost usd={all.cost} unpriced={all.unpriced} /> : wait} hint={all && all.unpriced > 0 && t("usage.unpriced", { count: all.unpriced })} />
        <Stat
          label={t("usage.tokens")}
          value={all ? format.compact(tokens(all)) : wait}
          hint={all && t("usage.inAndOut", { input: format.compact(all.inputTokens), output: format.compact(all.outputTokens) })}
        />
        <Stat label={t("usage.calls")} value={all ? format.number(all.calls) : wait} hint={t("usage.callsHint")} />
        <Stat label={t("usage.models")} value={rows ? format.number(sumBy(rows, modelOf).length) : wait} />
      </StatGrid>
      {unknown.length > 0 && (
        <Callout tone="warning" title={t("usage.unknownTitle")}>
          {t("usage.unknownModels", { models: unknown.map((sum) => sum.key).join(", ") })}
        </Callout>
      )}
      <UsageChart rows={rows} span={span} />
      <Card title={t("usage.byModel")} isFlush>
        <SumTable label={t("usage.byModel")} name={t("usage.model")} sums={rows && sumBy(rows, modelOf)} nameOf={(key) => <code>{key}</code>} />
      </Card>
      {!isOfOneApp && (
        <Card title={t("usage.byApp")} isFlush>
          <SumTable
            label={t("usage.byApp")}
            name={t("usage.app")}
            sums={rows && sumBy(rows, (row) => row.app_id ?? "")}
            nameOf={(key) => (key ? appName(key) : <span title={t("usage.noAppHint")}>{t("usage.noApp")}</span>)}
          />
        </Card>
      )}
    </div>
  );
}

/** Opens with costs, unless none is known. */
function UsageChart({ rows, span }: { rows: readonly UsageRow[] | undefined; span: Span }) {
  const { t, format } = useI18n();
  const [chosen, setChosen] = useState<Measure>();
  const labels = useSpanLabels(span);
  const measure = chosen ?? (rows && !total(rows).cost ? "tokens" : "cost");
  const formatValue = measure === "cost" ? format.cost : format.compact;
  return (
    <Card
      title={t("usage.overTime")}
      actions={
        <SegmentedControl
          label={t("usage.measure")}
          value={measure}
          onChange={setChosen}
          options={MEASURES.map((one) => ({ value: one, label: t(`usage.${one}`) }))}
        />
      }
    >
      {rows ? (
        <BarChart label={t("usage.overTime")} {...labels} series={seriesOf(rows, span, measure, t("usage.others"))} formatValue={formatValue} height={220} />
      ) : (
        <Skeleton height={220} />
      )}
    </Card>
  );
}
