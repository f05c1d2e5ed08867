import { BarChart, Card, LineChart, Skeleton, type Series } from "@/design";
import { placed, useSpanLabels, type Span } from "@/features/usage";
import { useI18n } from "@/i18n";
import type { RunBucket } from "./api";
import styles from "./Overview.module.css";

type Color = NonNullable<Series["color"]>;
const STATES = [
  ["succeeded", 3],
  ["failed", 5],
  ["paused", 1],
  ["active", 2],
  ["cancelled", 6],
] as const satisfies readonly (readonly [keyof RunBucket, Color])[];

/** The same hours or days five times: how runs ended, how long they took, what they used, for how many people. */
export function Charts({ span, buckets }: { span: Span; buckets: readonly RunBucket[] | undefined }) {
  const { t, format } = useI18n();
  const labels = useSpanLabels(span);
  const places = placed(span, buckets ?? [], (one) => one.at);
  const series = (name: string, color: Color, value: (one: RunBucket) => number | null | undefined): Series => ({
    name,
    color,
    values: places.map((one) => (one ? (value(one) ?? null) : null)),
  });
  const chart = (Kind: typeof BarChart, title: string, lines: Series[], formatValue: (value: number) => string) => (
    <Card title={title}>
      {buckets ? <Kind label={title} {...labels} series={lines} formatValue={formatValue} height={160} /> : <Skeleton height={160} />}
    </Card>
  );
  const states = STATES.map(([state, color]) => series(t(`overview.state_${state}`), color, (one) => one[state])).filter(
    (one, index) => index < 2 || one.values.some(Boolean),
  );
  return (
    <div className={styles["charts"]}>
      <div className={styles["whole"]}>{chart(BarChart, t("overview.runsOverTime"), states, format.compact)}</div>
      {chart(
        LineChart,
        t("overview.latency"),
        [series("p50", 2, (one) => one.p50_s), series("p95", 1, (one) => one.p95_s)],
        format.duration,
      )}
      {chart(
        BarChart,
        t("overview.tokens"),
        [series(t("overview.input"), 2, (one) => one.input_tokens), series(t("overview.output"), 1, (one) => one.output_tokens)],
        format.compact,
      )}
      {chart(BarChart, t("overview.cost"), [series(t("overview.cost"), 1, (one) => one.cost_usd)], format.cost)}
      {chart(BarChart, t("overview.endUsers"), [series(t("overview.endUsers"), 4, (one) => one.end_users)], format.compact)}
    </div>
  );
}
