import { ToggleGroup } from "radix-ui";
import type { LucideIcon } from "lucide-react";
import styles from "./SegmentedControl.module.css";

export interface SegmentedControlProps<Value extends string> {
  value: Value;
  onChange: (value: Value) => void;
  options: readonly { value: Value; label: string; icon?: LucideIcon }[];
  label: string;
}

/** One of two to four views of the same thing. */
export function SegmentedControl<Value extends string>({ value, onChange, options, label }: SegmentedControlProps<Value>) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      onValueChange={(chosen) => {
        if (chosen) onChange(chosen as Value);
      }}
      aria-label={label}
      className={styles["group"]}
    >
      {options.map(({ icon: Icon, ...option }) => (
        <ToggleGroup.Item key={option.value} value={option.value} className={styles["item"]}>
          {Icon && <Icon size={14} aria-hidden />}
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
