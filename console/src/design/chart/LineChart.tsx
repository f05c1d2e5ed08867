import { ChartFrame, colorOf, type ChartProps, type Plot } from "@/design/chart/ChartFrame";
import { classes } from "@/design/classes";
import styles from "./Chart.module.css";

/** Lines over categories; where a value is missing the line has a gap. */
export function LineChart(props: ChartProps) {
  const { series } = props;
  const most = Math.max(...series.flatMap((one) => one.values.map((value) => value ?? 0)), 0);
  return (
    <ChartFrame {...props} most={most}>
      {(plot) => (
        <>
          {plot.hovered !== null && (
            <line x1={x(plot, plot.hovered)} x2={x(plot, plot.hovered)} y1={plot.top} y2={plot.top + plot.height} className={styles["cursor"]} />
          )}
          {series.map((one, position) => (
            <g key={one.name} className={classes(styles["line"], styles[colorOf(one, position)])}>
              {pieces(one.values).map((piece) => (
                <polyline key={piece[0]} points={piece.map((index) => `${x(plot, index)},${plot.y(one.values[index] ?? 0)}`).join(" ")} />
              ))}
              {dots(one.values, plot.hovered).map((index) => (
                <circle key={index} cx={x(plot, index)} cy={plot.y(one.values[index] ?? 0)} r={2.5} />
              ))}
            </g>
          ))}
        </>
      )}
    </ChartFrame>
  );
}

function x(plot: Plot, index: number): number {
  return plot.left + (index + 0.5) * plot.slot;
}

/** Runs of places that have values beside each other. */
export function pieces(values: readonly (number | null)[]): number[][] {
  const found: number[][] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const last = found.at(-1);
    if (last?.at(-1) === index - 1) last.push(index);
    else found.push([index]);
  });
  return found;
}

/** What a line cannot show: values that stand alone, and the one the pointer is at. */
function dots(values: readonly (number | null)[], hovered: number | null): number[] {
  const alone = pieces(values).filter((piece) => piece.length === 1).flat();
  const isThere = hovered !== null && typeof values[hovered] === "number";
  return isThere && !alone.includes(hovered) ? [...alone, hovered] : alone;
}
