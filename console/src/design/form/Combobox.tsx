import { Command } from "cmdk";
import { Check, ChevronDown } from "lucide-react";
import { Popover as Primitive } from "radix-ui";
import { useState } from "react";
import { classes } from "@/design/classes";
import { useFieldProps } from "@/design/form/Field";
import type { Option } from "@/design/form/Select";
import { useI18n } from "@/i18n";
import list from "./Combobox.module.css";
import styles from "./Select.module.css";

export interface ComboboxProps<Value extends string> {
  value: Value | undefined;
  onChange: (value: Value) => void;
  options: readonly (Option<Value> & { group?: string })[];
  placeholder?: string;
  label?: string;
  isDisabled?: boolean;
  className?: string;
  /** Tells when the list is opened, for options that are read only then. */
  onOpenChange?: (isOpen: boolean) => void;
}

/** One of many, found by typing: models, tools, datasets. */
export function Combobox<Value extends string>(props: ComboboxProps<Value>) {
  const { t } = useI18n();
  const field = useFieldProps();
  const [isOpen, setIsOpen] = useState(false);
  const change = (next: boolean) => {
    setIsOpen(next);
    props.onOpenChange?.(next);
  };
  const chosen = props.options.find((option) => option.value === props.value);
  const groups = new Map<string, (typeof props.options)[number][]>();
  for (const option of props.options) {
    const group = option.group ?? "";
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  return (
    <Primitive.Root open={isOpen} onOpenChange={change}>
      <Primitive.Trigger
        {...field}
        role="combobox"
        aria-label={props.label}
        aria-expanded={isOpen}
        disabled={props.isDisabled}
        data-placeholder={chosen || props.value ? undefined : ""}
        className={classes(styles["trigger"], props.className)}
      >
        <span className={styles["value"]}>{chosen?.label ?? (props.value || props.placeholder)}</span>
        <ChevronDown size={14} className={styles["chevron"]} aria-hidden />
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content className={list["content"]} align="start" sideOffset={4} collisionPadding={8}>
          <Command label={props.label ?? props.placeholder ?? t("actions.search")}>
            <Command.Input className={list["search"]} placeholder={t("actions.search")} autoFocus />
            <Command.List className={list["list"]}>
              <Command.Empty className={list["empty"]}>{t("actions.nothingFound")}</Command.Empty>
              {[...groups].map(([group, options]) => (
                <Command.Group key={group} {...(group ? { heading: group } : {})}>
                  {options.map((option) => (
                    <Command.Item
                      key={option.value}
                      value={option.value}
                      keywords={[option.label, option.description ?? ""]}
                      disabled={option.isDisabled ?? false}
                      className={styles["option"]}
                      onSelect={() => {
                        props.onChange(option.value);
                        change(false);
                      }}
                    >
                      <span className={styles["tick"]}>{option.value === props.value && <Check size={14} />}</span>
                      <span>
                        {option.label}
                        {option.description && <span className={styles["description"]}>{option.description}</span>}
                      </span>
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
