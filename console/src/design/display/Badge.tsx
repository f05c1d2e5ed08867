import { Ban, CircleCheck, CircleX, Clock, LoaderCircle, PauseCircle, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "@/design/classes";
import styles from "./Badge.module.css";

export type Tone = "neutral" | "accent" | "running" | "succeeded" | "failed" | "paused" | "cancelled";

/** A word about a thing. */
export function Badge({ tone = "neutral", icon: Icon, children }: { tone?: Tone; icon?: LucideIcon; children: ReactNode }) {
  return (
    <span className={classes(styles["badge"], styles[tone])}>
      {Icon && <Icon size={12} aria-hidden />}
      {children}
    </span>
  );
}

export type Status = "waiting" | "running" | "succeeded" | "failed" | "paused" | "cancelled";

const ICONS: Record<Status, LucideIcon> = {
  waiting: Clock,
  running: LoaderCircle,
  succeeded: CircleCheck,
  failed: CircleX,
  paused: PauseCircle,
  cancelled: Ban,
};

/** How something goes: the same colour and sign everywhere, and never by colour alone. */
export function StatusBadge({ status, label }: { status: Status; label: string }) {
  const Icon = ICONS[status];
  return (
    <span className={classes(styles["badge"], styles[status === "waiting" ? "cancelled" : status])}>
      <Icon size={12} aria-hidden className={status === "running" ? styles["spin"] : undefined} />
      {label}
    </span>
  );
}
