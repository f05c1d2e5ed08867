import { useId, useState } from "react";
import { niceTicks } from "@/design/chart/ticks";
import { useSize } from "@/design/chart/use-size";
import styles from "./Chart.module.css";

export interface Series {
  name: string;
  /** One of the five chart colours. */
  color?: 1 | 2 | 3 | 4 | 5;
  values: readonly number[];
}

export interface BarChartProps {
  label: string;
  /** One per bar: days, hours, models. */
  categories: readonly string[];
  /** Stacked upon each other. */
  series: readonly Series[];
  formatValue: (value: number) => string;
  height?: number;
}

const LEFT = 46;
const BOTTOM = 20;
const TOP = 6;

/** Bars over categories, with a table of the same for screen readers. */
export function BarChart({ label, categories, series, formatValue, height = 180 }: BarChartProps) {
  const [box, width] = useSize();
  const [hovered, setHovered] = useState<number | null>(null);
  const id = useId();
  const totals = categories.map((_, index) => series.reduce((sum, one) => sum + (one.values[index] ?? 0), 0));
  const ticks = niceTicks(Math.max(...totals, 0));
  const top = ticks.at(-1) ?? 1;
  const inner = height - BOTTOM - TOP;
  const slot = categories.length > 0 ? Math.max(width - LEFT, 0) / categories.length : 0;
  const y = (value: number) => TOP + inner - (value / top) * inner;
  const every = Math.max(1, Math.ceil(56 / Math.max(slot, 1)));
  return (
    <figure className={styles["figure"]} ref={box}>
      <svg width={width} height={height} aria-hidden onMouseLeave={() => setHovered(null)}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} className={styles["grid"]} />
            <text x={LEFT - 8} y={y(tick) + 4} className={styles["tickEnd"]}>
              {formatValue(tick)}
            </text>
          </g>
        ))}
        {categories.map((category, index) => {
          let sum = 0;
          const x = LEFT + index * slot;
          return (
            <g key={`${id}-${index}`} onMouseEnter={() => setHovered(index)} opacity={hovered === null || hovered === index ? 1 : 0.55}>
              <rect x={x} y={TOP} width={slot} height={inner} fill="transparent" />
              {series.map((one, position) => {
                const value = one.values[index] ?? 0;
                const from = sum;
                sum += value;
                return (
                  <rect
                    key={one.name}
                    x={x + slot * 0.15}
                    width={slot * 0.7}
                    y={y(from + value)}
                    height={Math.max(y(from) - y(from + value), 0)}
                    rx={Math.min(2, slot * 0.2)}
                    className={styles[`color${one.color ?? (position % 5) + 1}`]}
                  />
                );
              })}
              {index % every === 0 && (
                <text x={x + slot / 2} y={height - 4} className={styles["tickMiddle"]}>
                  {category}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      {hovered !== null && (
        <div className={styles["tip"]} style={{ left: Math.min(LEFT + (hovered + 0.5) * slot, width - 80) }}>
          <strong>{categories[hovered]}</strong>
          {series.map((one) => (
            <span key={one.name}>
              {one.name} {formatValue(one.values[hovered] ?? 0)}
            </span>
          ))}
        </div>
      )}
      <ChartTable label={label} categories={categories} series={series} formatValue={formatValue} />
    </figure>
  );
}

function ChartTable({ label, categories, series, formatValue }: BarChartProps) {
  return (
    <table className={styles["table"]}>
      <caption>{label}</caption>
      <thead>
        <tr>
          <td />
          {series.map((one) => (
            <th key={one.name} scope="col">
              {one.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {categories.map((category, index) => (
          <tr key={index}>
            <th scope="row">{category}</th>
            {series.map((one) => (
              <td key={one.name}>{formatValue(one.values[index] ?? 0)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
