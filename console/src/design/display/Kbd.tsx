import { classes } from "@/design/classes";
import styles from "./Kbd.module.css";

const IS_MAC = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.userAgent);

/** Writes keys as this machine's keyboard has them: `mod` is ⌘ or Ctrl. `"mod+k"`. */
export function shownKeys(keys: string): string[] {
  return keys.split("+").map((key) => {
    if (key === "mod") return IS_MAC ? "⌘" : "Ctrl";
    if (key === "shift") return IS_MAC ? "⇧" : "Shift";
    if (key === "alt") return IS_MAC ? "⌥" : "Alt";
    if (key === "enter") return "↵";
    return key.length === 1 ? key.toUpperCase() : key;
  });
}

/** A shortcut: `<Kbd keys="mod+k" />`. */
export function Kbd({ keys, isInverse }: { keys: string; isInverse?: boolean }) {
  return (
    <span className={classes(styles["keys"], isInverse && styles["inverse"])} aria-hidden>
      {shownKeys(keys).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}
