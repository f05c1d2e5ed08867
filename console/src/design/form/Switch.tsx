import { Check, Minus } from "lucide-react";
import { Checkbox as CheckboxPrimitive, Switch as SwitchPrimitive } from "radix-ui";
import { useId, type ReactNode } from "react";
import { useFieldProps } from "@/design/form/Field";
import styles from "./Switch.module.css";

export interface ToggleProps {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  /** Shown at its right; inside a `Field` leave it out. */
  label?: ReactNode;
  description?: ReactNode;
  isDisabled?: boolean;
}

/** On or off, and in force at once. */
export function Switch({ isOn, onChange, label, description, isDisabled = false }: ToggleProps) {
  const field = useFieldProps();
  const own = useId();
  const id = field.id ?? own;
  return (
    <span className={styles["row"]}>
      <SwitchPrimitive.Root
        {...field}
        id={id}
        checked={isOn}
        onCheckedChange={onChange}
        disabled={isDisabled}
        className={styles["switch"]}
      >
        <SwitchPrimitive.Thumb className={styles["thumb"]} />
      </SwitchPrimitive.Root>
      <Label id={id} label={label} description={description} />
    </span>
  );
}

export interface CheckboxProps extends Omit<ToggleProps, "isOn"> {
  isOn: boolean | "some";
  /** For a checkbox without a visible label, such as in a table's row. */
  ariaLabel?: string;
}

/** Chosen or not, in force when the form is sent. */
export function Checkbox({ isOn, onChange, label, description, ariaLabel, isDisabled = false }: CheckboxProps) {
  const field = useFieldProps();
  const own = useId();
  const id = field.id ?? own;
  return (
    <span className={styles["row"]}>
      <CheckboxPrimitive.Root
        {...field}
        id={id}
        aria-label={ariaLabel}
        checked={isOn === "some" ? "indeterminate" : isOn}
        onCheckedChange={(checked) => onChange(checked === true)}
        disabled={isDisabled}
        className={styles["box"]}
      >
        <CheckboxPrimitive.Indicator>
          {isOn === "some" ? <Minus size={12} strokeWidth={3} /> : <Check size={12} strokeWidth={3} />}
        </CheckboxPrimitive.Indicator>
      </CheckboxPrimitive.Root>
      <Label id={id} label={label} description={description} />
    </span>
  );
}

function Label({ id, label, description }: { id: string; label: ReactNode; description: ReactNode }) {
  if (!label) return null;
  return (
    <label htmlFor={id} className={styles["label"]}>
      {label}
      {description && <span className={styles["description"]}>{description}</span>}
    </label>
  );
}
