import { ChevronRight } from "lucide-react";
import { useState, type ReactNode } from "react";
import { classes } from "@/design";
import styles from "./SidePanel.module.css";

/** A part of the panel that can be closed. */
export function Section({ title, count, action, isClosed, children }: { title: string; count?: number; action?: ReactNode; isClosed?: boolean; children: ReactNode }) {
  const [isOpen, setIsOpen] = useState(!isClosed);
  return (
    <section className={styles["section"]}>
      <div className={styles["sectionHead"]}>
        <h3>
          <button type="button" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            <ChevronRight size={13} className={classes(styles["chevron"], isOpen && styles["open"])} aria-hidden />
            {title}
            {count !== undefined && <span className={styles["count"]}>{count}</span>}
          </button>
        </h3>
        {isOpen && action}
      </div>
      {isOpen && <div className={styles["sectionBody"]}>{children}</div>}
    </section>
  );
}
