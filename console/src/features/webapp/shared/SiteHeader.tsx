import type { ReactNode } from "react";
import { classes } from "@/design";
import styles from "../Site.module.css";
import { Mark } from "./Mark";

interface SiteHeaderProps {
  title: string;
  isEmbedded: boolean;
  /** At the left, before the sign. */
  before?: ReactNode;
  children?: ReactNode;
}

/** What the page is called, and its few buttons. */
export function SiteHeader({ title, isEmbedded, before, children }: SiteHeaderProps) {
  return (
    <header className={classes(styles["header"], isEmbedded && styles["embedded"])}>
      {before}
      {!isEmbedded && <Mark title={title} />}
      <h1 className={styles["headerTitle"]}>{title}</h1>
      {children}
    </header>
  );
}
