import { Popover as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import styles from "./Popover.module.css";

export interface PopoverProps {
  trigger: ReactNode;
  /** Says what it is for to screen readers. */
  label: string;
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  children: ReactNode;
}

/** A small panel beside the element that opens it; it does not keep the focus. */
export function Popover({ trigger, label, isOpen, onOpenChange, align = "start", side = "bottom", children }: PopoverProps) {
  return (
    <Primitive.Root {...(isOpen === undefined ? {} : { open: isOpen })} {...(onOpenChange ? { onOpenChange } : {})}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          className={styles["popover"]}
          aria-label={label}
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
