import { LoaderCircle, type LucideIcon } from "lucide-react";
import { Slot } from "radix-ui";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { classes } from "@/design/classes";
import styles from "./Button.module.css";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: ButtonVariant;
  size?: "small" | "medium" | "large";
  icon?: LucideIcon;
  /** Shows that the work goes on; the button cannot be pressed again meanwhile. */
  isBusy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ variant = "secondary", size = "medium", icon: Icon, isBusy, ...props }: ButtonProps) {
  const { children, className, disabled, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || isBusy}
      aria-busy={isBusy || undefined}
      className={classes(styles["button"], styles[variant], styles[size], className)}
    >
      {isBusy ? <LoaderCircle size={15} className={styles["spin"]} aria-hidden /> : Icon && <Icon size={15} aria-hidden />}
      {children}
    </button>
  );
}

/** Looks like a button, is the link inside it: `<ButtonLink><Link to="/apps">Apps</Link></ButtonLink>`. */
export function ButtonLink({
  variant = "secondary",
  size = "medium",
  children,
}: {
  variant?: ButtonVariant;
  size?: "small" | "medium" | "large";
  children: ReactNode;
}) {
  return <Slot.Root className={classes(styles["button"], styles[variant], styles[size])}>{children}</Slot.Root>;
}
