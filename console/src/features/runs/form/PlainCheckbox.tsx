import { useId } from "react";
import styles from "./Form.module.css";

/** One of several ticks that together are one field; each has a label of its own. */
export function PlainCheckbox({ label, isOn, onChange }: { label: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  const id = useId();
  return (
    <span className={styles["tick"]}>
      <input id={id} type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      <label htmlFor={id}>{label}</label>
    </span>
  );
}
