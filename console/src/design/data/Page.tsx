import { useEffect, type ReactNode } from "react";
import { classes } from "@/design/classes";
import styles from "./Page.module.css";

export interface PageHeaderProps {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  /** Below the title: tabs, facts. */
  children?: ReactNode;
}

/** The head of a page; it names the browser's tab, too. */
export function PageHeader({ title, description, actions, children }: PageHeaderProps) {
  useDocumentTitle(title);
  return (
    <header className={styles["header"]}>
      <div className={styles["line"]}>
        <div className={styles["words"]}>
          <h1>{title}</h1>
          {description && <p>{description}</p>}
        </div>
        {actions && <div className={styles["actions"]}>{actions}</div>}
      </div>
      {children}
    </header>
  );
}

/** The room between navigation and edge; `isWide` for tables and boards. */
export function Page({ isWide, children }: { isWide?: boolean; children: ReactNode }) {
  return <div className={classes(styles["page"], isWide && styles["wide"])}>{children}</div>;
}

/** A row above a list: search at the left, what narrows it, actions at the right. */
export function Toolbar({ children }: { children: ReactNode }) {
  return <div className={styles["toolbar"]}>{children}</div>;
}

/** Pushes what follows it in a toolbar to the right. */
export function Spacer() {
  return <span className={styles["spacer"]} />;
}

/** Names the browser's tab. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Skep` : "Skep";
  }, [title]);
}
