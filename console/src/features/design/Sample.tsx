import type { ReactNode } from "react";
import styles from "./Design.module.css";

/** One kind of component, with its name. */
export function Sample({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles["sample"]}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Samples beside each other. */
export function Row({ children }: { children: ReactNode }) {
  return <div className={styles["row"]}>{children}</div>;
}
