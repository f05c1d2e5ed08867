import type { LucideIcon } from "lucide-react";
import { RadioGroup } from "radix-ui";
import { classes } from "@/design/classes";
import styles from "./ChoiceCards.module.css";

export interface Choice<Value extends string> {
  value: Value;
  title: string;
  description?: string;
  icon?: LucideIcon;
  isDisabled?: boolean;
}

export interface ChoiceCardsProps<Value extends string> {
  value: Value;
  onChange: (value: Value) => void;
  choices: readonly Choice<Value>[];
  label: string;
  columns?: 1 | 2 | 3;
}

/** One of a few that each deserve a sentence. */
export function ChoiceCards<Value extends string>({ value, onChange, choices, label, columns = 2 }: ChoiceCardsProps<Value>) {
  return (
    <RadioGroup.Root
      value={value}
      onValueChange={(chosen) => onChange(chosen as Value)}
      aria-label={label}
      className={classes(styles["cards"], styles[`columns${columns}`])}
    >
      {choices.map(({ icon: Icon, ...choice }) => (
        <RadioGroup.Item
          key={choice.value}
          value={choice.value}
          disabled={choice.isDisabled ?? false}
          className={styles["card"]}
        >
          {Icon && <Icon size={18} className={styles["icon"]} aria-hidden />}
          <span>
            <span className={styles["title"]}>{choice.title}</span>
            {choice.description && <span className={styles["description"]}>{choice.description}</span>}
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
