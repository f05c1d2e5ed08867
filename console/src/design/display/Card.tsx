import type { ReactNode } from "react";
import { classes } from "@/design/classes";
import styles from "./Card.module.css";

export interface CardProps {
  title?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  /** No padding inside, for a table or a list. */
  isFlush?: boolean;
  className?: string;
  children?: ReactNode;
}

/** A bordered piece of a page. */
export function Card({ title, description, actions, footer, isFlush, className, children }: CardProps) {
  return (
    <section className={classes(styles["card"], className)}>
      {(title ?? actions) && (
        <header className={styles["header"]}>
          <div>
            <h2 className={styles["title"]}>{title}</h2>
            {description && <p className={styles["description"]}>{description}</p>}
          </div>
          {actions && <div className={styles["actions"]}>{actions}</div>}
        </header>
      )}
      {children !== undefined && <div className={isFlush ? styles["flush"] : styles["body"]}>{children}</div>}
      {footer && <footer className={styles["footer"]}>{footer}</footer>}
    </section>
  );
}

/** A number with its name, for dashboards. */
export function Stat({ label, value, hint, children }: { label: string; value: ReactNode; hint?: ReactNode; children?: ReactNode }) {
  return (
    <div className={styles["stat"]}>
      <div className={styles["statLabel"]}>{label}</div>
      <div className={styles["statValue"]}>{value}</div>
      {hint && <div className={styles["statHint"]}>{hint}</div>}
      {children}
    </div>
  );
}

/** Numbers beside each other, as many in a row as fit. */
export function StatGrid({ children }: { children: ReactNode }) {
  return <div className={styles["stats"]}>{children}</div>;
}
