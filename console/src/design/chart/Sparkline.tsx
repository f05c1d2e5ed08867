import styles from "./Chart.module.css";

/** The shape of a series in a line of text. */
export function Sparkline({ values, label, width = 96, height = 24 }: { values: readonly number[]; label: string; width?: number; height?: number }) {
  const most = Math.max(...values, 1e-9);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const points = values.map((value, index) => `${(index * step).toFixed(1)},${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`);
  return (
    <svg width={width} height={height} role="img" aria-label={label} className={styles["spark"]}>
      {points.length > 1 && (
        <>
          <polygon points={`0,${height} ${points.join(" ")} ${width},${height}`} className={styles["sparkArea"]} />
          <polyline points={points.join(" ")} className={styles["sparkLine"]} />
        </>
      )}
    </svg>
  );
}
