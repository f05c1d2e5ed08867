import { classes } from "@/design";
import styles from "./Apps.module.css";

/** The sign of an app: its emoji, or the first letter of its name. */
export function AppIcon({ icon, name, size = "medium" }: { icon: string; name: string; size?: "small" | "medium" }) {
  const sign = Array.from(icon).length <= 8 && !icon.includes(":") ? icon : "";
  return (
    <span className={classes(styles["icon"], size === "small" && styles["smallIcon"], !sign && styles["letter"])} aria-hidden>
      {sign || Array.from(name.trim())[0]?.toUpperCase()}
    </span>
  );
}
