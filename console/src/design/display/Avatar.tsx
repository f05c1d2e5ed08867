import styles from "./Avatar.module.css";

/** The first letters of a name. */
export function Avatar({ name }: { name: string }) {
  const words = name.trim().split(/[\s@._-]+/u);
  const letters = words
    .slice(0, 2)
    .map((word) => Array.from(word)[0] ?? "")
    .join("");
  return (
    <span className={styles["avatar"]} aria-hidden>
      {letters.toUpperCase()}
    </span>
  );
}
