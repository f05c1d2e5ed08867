import { CircleAlert, CircleCheck, Info, TriangleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "@/design/classes";
import styles from "./Feedback.module.css";

type CalloutTone = "info" | "success" | "warning" | "danger";
const ICONS: Record<CalloutTone, LucideIcon> = {
  info: Info,
  success: CircleCheck,
  warning: TriangleAlert,
  danger: CircleAlert,
};

/** Something to know, in the flow of a page. */
export function Callout({ tone = "info", title, action, children }: { tone?: CalloutTone; title?: string; action?: ReactNode; children?: ReactNode }) {
  const Icon = ICONS[tone];
  return (
    <div className={classes(styles["callout"], styles[tone])}>
      <Icon size={16} aria-hidden />
      <div className={styles["noteText"]}>
        {title && <strong>{title}</strong>}
        {children}
      </div>
      {action}
    </div>
  );
}
