import { classes } from "@/design/classes";
import styles from "./Feedback.module.css";

/** How much of the work is done, from 0 to 1. */
export function Progress({ share, label, state = "running" }: { share: number; label: string; state?: "running" | "failed" | "done" }) {
  const percent = Math.round(Math.min(Math.max(share, 0), 1) * 100);
  return (
    <div
      className={styles["progress"]}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div
        className={classes(styles["bar"], state === "failed" && styles["barFailed"], state === "done" && styles["barDone"])}
        style={{ width: `${percent}%` }}
      />
    </div>
  );
}
