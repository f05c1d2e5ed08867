import { useI18n } from "@/i18n";

/** What something cost; unknown is said, and never shown as nothing. */
export function Cost({ usd, unpriced = 0 }: { usd: number | null; unpriced?: number }) {
  const { t, format } = useI18n();
  if (usd === null) return <span title={t("usage.unknownHint")}>{unpriced > 0 ? t("usage.unknown") : "–"}</span>;
  if (unpriced === 0) return format.cost(usd);
  return <span title={t("usage.unpriced", { count: unpriced })}>≥ {format.cost(usd)}</span>;
}
