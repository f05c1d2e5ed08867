import type { ReactNode } from "react";
import { Table, type Column } from "@/design";
import { useI18n } from "@/i18n";
import { Cost } from "./Cost";
import { tokens, type Sum } from "./sums";
import styles from "./Usage.module.css";

interface SumTableProps {
  label: string;
  /** What the first column holds. */
  name: string;
  sums: readonly Sum[] | undefined;
  nameOf: (key: string) => ReactNode;
}

/** Sums under each other, with a bar that shows how much of the whole each is. */
export function SumTable({ label, name, sums, nameOf }: SumTableProps) {
  const { t, format } = useI18n();
  const isPriced = sums?.some((sum) => sum.cost) ?? false;
  const amount = (sum: Sum) => (isPriced ? (sum.cost ?? 0) : tokens(sum));
  const whole = sums?.reduce((before, sum) => before + amount(sum), 0) ?? 0;
  const columns: Column<Sum>[] = [
    { id: "name", header: name, cell: (sum) => nameOf(sum.key) },
    {
      id: "share",
      header: isPriced ? t("usage.shareOfCost") : t("usage.shareOfTokens"),
      width: "24%",
      cell: (sum) => <Share share={whole > 0 ? amount(sum) / whole : 0} />,
    },
    { id: "calls", header: t("usage.calls"), align: "end", width: "10%", cell: (sum) => format.number(sum.calls) },
    { id: "in", header: t("usage.input"), align: "end", width: "12%", cell: (sum) => format.compact(sum.inputTokens) },
    { id: "out", header: t("usage.output"), align: "end", width: "12%", cell: (sum) => format.compact(sum.outputTokens) },
    { id: "cost", header: t("usage.cost"), align: "end", width: "14%", cell: (sum) => <Cost usd={sum.cost} unpriced={sum.unpriced} /> },
  ];
  return <Table label={label} columns={columns} rows={sums} rowKey={(sum) => sum.key} skeletonRows={3} />;
}

function Share({ share }: { share: number }) {
  const { format } = useI18n();
  return (
    <span className={styles["share"]}>
      <span className={styles["shareTrack"]} aria-hidden>
        <i style={{ width: `${share * 100}%` }} />
      </span>
      <span className={styles["shareText"]}>{format.percent(Math.round(share * 100) / 100)}</span>
    </span>
  );
}
