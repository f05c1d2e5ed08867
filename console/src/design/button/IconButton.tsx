import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";
import { classes } from "@/design/classes";
import { Tooltip } from "@/design/overlay/Tooltip";
import styles from "./Button.module.css";

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children"> {
  icon: LucideIcon;
  /** Says what it does: to screen readers always, to everybody on hover and focus. */
  label: string;
  /** Keys that do the same, shown beside the label. */
  shortcut?: string;
  variant?: "ghost" | "secondary";
  size?: "small" | "medium";
  isPressed?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton(props: IconButtonProps) {
  const { icon: Icon, label, shortcut, variant = "ghost", size = "medium", isPressed, className, ...rest } = props;
  return (
    <Tooltip label={label} shortcut={shortcut}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={isPressed}
        data-state={isPressed ? "open" : undefined}
        className={classes(styles["button"], styles[variant], styles["icon"], styles[size], className)}
      >
        <Icon size={size === "small" ? 15 : 16} aria-hidden />
      </button>
    </Tooltip>
  );
}
