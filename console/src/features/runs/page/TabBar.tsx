import { classes } from "@/design";
import styles from "./RunPage.module.css";

export interface TabBarProps {
  label: string;
  tabs: { value: string; label: string; count?: number }[];
  value: string;
  onChange: (value: string) => void;
}

/** The names of the views. Arrow keys go from one to the next, as ARIA wants it. */
export function TabBar({ label, tabs, value, onChange }: TabBarProps) {
  const move = (step: number) => {
    const at = tabs.findIndex((tab) => tab.value === value);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.value);
    document.getElementById(`run-tab-${next.value}`)?.focus();
  };
  return (
    <div role="tablist" aria-label={label} className={styles["tabs"]}>
      {tabs.map((tab) => (
        <button
          key={tab.value}
          type="button"
          role="tab"
          id={`run-tab-${tab.value}`}
          aria-selected={tab.value === value}
          aria-controls="run-tabpanel"
          tabIndex={tab.value === value ? 0 : -1}
          className={classes(styles["tabButton"], tab.value === value && styles["tabActive"])}
          onClick={() => onChange(tab.value)}
          onKeyDown={(event) => {
            if (event.key === "ArrowRight") move(1);
            if (event.key === "ArrowLeft") move(-1);
          }}
        >
          {tab.label}
          {tab.count !== undefined && <span className={styles["count"]}>{tab.count}</span>}
        </button>
      ))}
    </div>
  );
}
