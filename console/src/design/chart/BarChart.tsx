import { ChartFrame, colorOf, type ChartProps } from "@/design/chart/ChartFrame";
import styles from "./Chart.module.css";

/** Bars over categories, the series stacked upon each other. */
export function BarChart(props: ChartProps) {
  const { categories, series } = props;
  const totals = categories.map((_, index) => series.reduce((sum, one) => sum + (one.values[index] ?? 0), 0));
  return (
    <ChartFrame {...props} most={Math.max(...totals, 0)}>
      {({ left, slot, y, hovered }) =>
        categories.map((_, index) => {
          const gap = Math.min(slot * 0.15, 8);
          const width = Math.min(slot - 2 * gap, 48);
          let sum = 0;
          return (
            <g key={index} opacity={hovered === null || hovered === index ? 1 : 0.5}>
              {series.map((one, position) => {
                const value = one.values[index] ?? 0;
                const from = sum;
                sum += value;
                return (
                  <rect
                    key={one.name}
                    x={left + (index + 0.5) * slot - width / 2}
                    width={Math.max(width, 0)}
                    y={y(sum)}
                    height={Math.max(y(from) - y(sum), 0)}
                    rx={Math.min(2, slot * 0.2)}
                    className={styles[colorOf(one, position)]}
                  />
                );
              })}
            </g>
          );
        })
      }
    </ChartFrame>
  );
}
