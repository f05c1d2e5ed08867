import type { ReactNode } from "react";
import { Link } from "react-router";
import { Skeleton, Stat, StatGrid } from "@/design";
import { Cost } from "@/features/usage";
import { useI18n } from "@/i18n";
import type { RunFigures } from "./api";
import styles from "./Overview.module.css";

/** The sums over the whole span. */
export function Totals({ total, app }: { total: RunFigures | undefined; app: string | undefined }) {
  const { t, format } = useI18n();
  const runs = app ? `/apps/${app}/runs` : "/runs";
  const stat = (label: string, value: (figures: RunFigures) => ReactNode, hint?: (figures: RunFigures) => ReactNode) => (
    <Stat label={label} value={total ? value(total) : <Skeleton width="60%" height={22} />} hint={total ? hint?.(total) : undefined} />
  );
  const time = (seconds: number | null | undefined) => (typeof seconds === "number" ? format.duration(seconds) : "–");
  return (
    <StatGrid>
      {stat(t("overview.runs"), (one) => format.compact(one.runs), (one) => one.active > 0 && t("overview.active", { count: one.active }))}
      {stat(
        t("overview.failed"),
        (one) => (
          <Link to={`${runs}?status=failed`} className={styles["figure"]}>
            {format.compact(one.failed)}
          </Link>
        ),
        (one) => (one.succeeded + one.failed > 0 ? t("overview.failedShare", { share: format.percent(one.failed / (one.succeeded + one.failed)) }) : null),
      )}
      {stat(t("overview.median"), (one) => time(one.p50_s), (one) => t("overview.p95", { time: time(one.p95_s) }))}
      {stat(
        t("overview.tokens"),
        (one) => format.compact(one.input_tokens + one.output_tokens),
        (one) => t("usage.inAndOut", { input: format.compact(one.input_tokens), output: format.compact(one.output_tokens) }),
      )}
      {stat(t("overview.cost"), (one) => <Cost usd={one.cost_usd ?? null} unpriced={one.cost_usd === null && one.input_tokens > 0 ? 1 : 0} />)}
      {stat(t("overview.endUsers"), (one) => format.compact(one.end_users), () => t("overview.endUsersHint"))}
    </StatGrid>
  );
}
