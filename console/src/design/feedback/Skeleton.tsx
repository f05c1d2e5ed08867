import type { CSSProperties } from "react";
import styles from "./Feedback.module.css";

/** Where something will be, of the size that it will have. */
export function Skeleton({ width = "100%", height = 14, style }: { width?: number | string; height?: number | string; style?: CSSProperties }) {
  return <span className={styles["skeleton"]} style={{ width, height, ...style }} aria-hidden />;
}

/** Lines of text that are on their way. */
export function SkeletonLines({ lines = 3 }: { lines?: number }) {
  return (
    <span className={styles["lines"]} aria-hidden>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} width={line === lines - 1 ? "60%" : "100%"} />
      ))}
    </span>
  );
}
