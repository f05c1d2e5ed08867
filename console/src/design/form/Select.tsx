import { getNonce } from "get-nonce";
import { Check, ChevronDown } from "lucide-react";
import { Select as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "@/design/classes";
import { useFieldProps } from "@/design/form/Field";
import styles from "./Select.module.css";

export interface Option<Value extends string = string> {
  value: Value;
  label: string;
  /** A second line that says what choosing it means. */
  description?: string;
  icon?: ReactNode;
  isDisabled?: boolean;
}

export interface SelectProps<Value extends string> {
  value: Value | undefined;
  onChange: (value: Value) => void;
  options: readonly Option<Value>[];
  placeholder?: string;
  /** For a select that stands in no `Field`. */
  label?: string;
  size?: "small" | "medium";
  isDisabled?: boolean;
  /** As wide as its text, for a toolbar. */
  isFit?: boolean;
  className?: string;
}

/** One of a few. Values must not be empty. With many, use `Combobox`. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const field = useFieldProps();
  return (
    <Primitive.Root
      value={props.value ?? ""}
      onValueChange={(value) => props.onChange(value as Value)}
      disabled={props.isDisabled ?? false}
    >
      <Primitive.Trigger
        {...field}
        aria-label={props.label}
        className={classes(styles["trigger"], props.size === "small" && styles["small"], props.isFit && styles["fit"], props.className)}
      >
        <span className={styles["value"]}>
          <Primitive.Value placeholder={props.placeholder} />
        </span>
        <ChevronDown size={14} className={styles["chevron"]} aria-hidden />
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content className={styles["list"]} position="popper" sideOffset={4} collisionPadding={8}>
          <Primitive.Viewport nonce={getNonce()}>
            {props.options.map((option) => (
              <Primitive.Item
                key={option.value}
                value={option.value}
                disabled={option.isDisabled ?? false}
                className={styles["option"]}
              >
                <span className={styles["tick"]}>
                  <Primitive.ItemIndicator>
                    <Check size={14} />
                  </Primitive.ItemIndicator>
                </span>
                <span>
                  <Primitive.ItemText>
                    {option.icon}
                    {option.label}
                  </Primitive.ItemText>
                  {option.description && <span className={styles["description"]}>{option.description}</span>}
                </span>
              </Primitive.Item>
            ))}
          </Primitive.Viewport>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
