import { classes } from "@/design";
import styles from "../Site.module.css";

/** The page's sign: the first letter of its title, in its colour. */
export function Mark({ title, isLarge }: { title: string; isLarge?: boolean }) {
  return (
    <span className={classes(styles["mark"], isLarge && styles["large"])} aria-hidden>
      {Array.from(title.trim())[0] ?? "·"}
    </span>
  );
}
