import { Card } from "@/design";
import { useI18n, type PlainKey } from "@/i18n";
import type { Comparison } from "./api";
import { figuresOf, type Figure, type FigureName } from "./figures";
import styles from "./Compare.module.css";

const LABELS: Record<FigureName, PlainKey> = {
  elapsed_s: "runs.duration",
  tokens: "runs.tokens",
  cost_usd: "runs.cost",
  model_calls: "runs.modelCalls",
  nodes_done: "debugging.nodesDone",
  reused_effects: "debugging.reusedEffects",
};

/** What both took. */
export function FiguresTable({ comparison }: { comparison: Comparison }) {
  const { t } = useI18n();
  return (
    <Card isFlush>
      <table className={styles["figures"]}>
        <thead>
          <tr>
            <th scope="col">{t("debugging.figure")}</th>
            <th scope="col">{t("debugging.before")}</th>
            <th scope="col">{t("debugging.after")}</th>
            <th scope="col">{t("debugging.difference")}</th>
          </tr>
        </thead>
        <tbody>
          {figuresOf(comparison).map((figure) => (
            <Line key={figure.name} figure={figure} label={t(LABELS[figure.name])} />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Line({ figure, label }: { figure: Figure; label: string }) {
  const write = useFigureText(figure.name);
  const { before, after } = figure;
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>{write(before)}</td>
      <td>{write(after)}</td>
      <td data-better={figure.isBetter}>{useDifferenceText(figure)}</td>
    </tr>
  );
}

export function useFigureText(name: FigureName): (value: number | undefined) => string {
  const { format } = useI18n();
  return (value) => {
    if (value === undefined) return "–";
    if (name === "elapsed_s") return format.duration(value);
    return name === "cost_usd" ? format.cost(value) : format.number(value);
  };
}

function useDifferenceText(figure: Figure): string {
  const { format } = useI18n();
  const write = useFigureText(figure.name);
  const { difference, share } = figure;
  if (difference === undefined) return "–";
  if (difference === 0) return "=";
  const sign = difference > 0 ? "+" : "−";
  const percent = share === undefined ? "" : ` (${sign}${format.percent(Math.abs(share))})`;
  return `${sign}${write(Math.abs(difference))}${percent}`;
}
