import { useState, type KeyboardEvent, type ReactNode } from "react";
import { ChartTable, type Series } from "@/design/chart/ChartTable";
import { niceTicks } from "@/design/chart/ticks";
import { useSize } from "@/design/chart/use-size";
import { classes } from "@/design/classes";
import styles from "./Chart.module.css";

export interface ChartProps {
  label: string;
  /** One per bar or point: days, hours, models. */
  categories: readonly string[];
  /** What the tooltip and the table call them, when the axis has no room for it. */
  longCategories?: readonly string[];
  series: readonly Series[];
  formatValue: (value: number) => string;
  height?: number;
}

/** Where things are inside a chart, in pixels. */
export interface Plot {
  top: number;
  height: number;
  left: number;
  /** Width of one category. */
  slot: number;
  y: (value: number) => number;
  hovered: number | null;
}

const BOTTOM = 20;
const TOP = 6;

/** Axes, a legend, a tooltip that the arrow keys move, and a table of the same for screen readers. */
export function ChartFrame({ most, children, ...props }: ChartProps & { most: number; children: (plot: Plot) => ReactNode }) {
  const { label, categories, series, formatValue, height = 180 } = props;
  const [box, width] = useSize();
  const [hovered, setHovered] = useState<number | null>(null);
  const ticks = niceTicks(most, series.every((one) => one.values.every((value) => Number.isInteger(value ?? 0))));
  const inner = height - BOTTOM - TOP;
  const left = Math.max(34, 12 + 6.4 * Math.max(...ticks.map((tick) => formatValue(tick).length)));
  const slot = categories.length > 0 ? Math.max(width - left, 0) / categories.length : 0;
  const top = ticks.at(-1) ?? 1;
  const plot: Plot = { top: TOP, height: inner, left, slot, hovered, y: (value) => TOP + inner - (value / top) * inner };
  return (
    <figure className={styles["figure"]}>
      {series.length > 1 && <Legend series={series} />}
      <div
        ref={box}
        className={styles["plot"]}
        // A slider, so that screen readers, too, go from value to value with the arrow keys.
        role="slider"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(categories.length - 1, 0)}
        aria-valuenow={hovered ?? 0}
        aria-valuetext={hovered === null ? "" : told(props, hovered)}
        tabIndex={0}
        onKeyDown={(event) => setHovered(moved(event, hovered, categories.length))}
        onBlur={() => setHovered(null)}
      >
        <svg width={width} height={height} aria-hidden onMouseLeave={() => setHovered(null)}>
          {ticks.map((tick) => (
            <g key={tick}>
              <line x1={left} x2={width} y1={plot.y(tick)} y2={plot.y(tick)} className={styles["grid"]} />
              <text x={left - 8} y={plot.y(tick) + 4} className={styles["tickEnd"]}>
                {formatValue(tick)}
              </text>
            </g>
          ))}
          {children(plot)}
          <Categories plot={plot} categories={categories} height={height} onHover={setHovered} />
        </svg>
        {hovered !== null && hovered < categories.length && <Tip {...props} plot={plot} index={hovered} width={width} />}
      </div>
      <ChartTable label={label} categories={props.longCategories ?? categories} series={series} formatValue={formatValue} />
    </figure>
  );
}

function moved(event: KeyboardEvent, from: number | null, count: number): number | null {
  const last = count - 1;
  const steps: Record<string, number | null> = {
    ArrowLeft: from === null ? last : Math.max(from - 1, 0),
    ArrowRight: from === null ? 0 : Math.min(from + 1, last),
    Home: 0,
    End: last,
    Escape: null,
  };
  if (!(event.key in steps)) return from;
  if (event.key !== "Escape" || from !== null) event.preventDefault();
  return steps[event.key] ?? null;
}

interface CategoriesProps {
  plot: Plot;
  categories: readonly string[];
  height: number;
  onHover: (index: number) => void;
}

/** The names below, as many as there is room for, and what the pointer is over. */
function Categories({ plot, categories, height, onHover }: CategoriesProps) {
  const every = Math.max(1, Math.ceil(56 / Math.max(plot.slot, 1)));
  return categories.map((category, index) => (
    <g key={index}>
      <rect
        x={plot.left + index * plot.slot}
        y={plot.top}
        width={plot.slot}
        height={plot.height}
        fill="transparent"
        onMouseEnter={() => onHover(index)}
      />
      {index % every === 0 && (
        <text x={plot.left + (index + 0.5) * plot.slot} y={height - 4} className={styles["tickMiddle"]}>
          {category}
        </text>
      )}
    </g>
  ));
}

function Legend({ series }: { series: readonly Series[] }) {
  return (
    <ul className={styles["legend"]} aria-hidden>
      {series.map((one, index) => (
        <li key={one.name}>
          <i className={styles[colorOf(one, index)]} />
          {one.name}
        </li>
      ))}
    </ul>
  );
}

function Tip({ categories, longCategories, series, formatValue, plot, index, width }: ChartProps & { plot: Plot; index: number; width: number }) {
  const at = plot.left + (index + 0.5) * plot.slot;
  const isRight = at > width / 2;
  return (
    <div className={classes(styles["tip"], isRight && styles["tipLeft"])} style={{ left: at }}>
      <strong>{longCategories?.[index] ?? categories[index]}</strong>
      {series.map((one, position) => (
        <span key={one.name}>
          <i className={styles[colorOf(one, position)]} />
          {one.name}
          <b>{shown(one.values[index], formatValue)}</b>
        </span>
      ))}
    </div>
  );
}

function told({ categories, longCategories, series, formatValue }: ChartProps, index: number): string {
  const values = series.map((one) => `${one.name} ${shown(one.values[index], formatValue)}`);
  return [longCategories?.[index] ?? categories[index], ...values].join(", ");
}

function shown(value: number | null | undefined, formatValue: (value: number) => string): string {
  return value === null || value === undefined ? "–" : formatValue(value);
}

/** The name of the class that gives a series its colour. */
export function colorOf(series: Series, index: number): string {
  return `color${series.color ?? (index % 6) + 1}`;
}
