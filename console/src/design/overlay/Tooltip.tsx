import { Tooltip as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { Kbd } from "@/design/display/Kbd";
import styles from "./Tooltip.module.css";

export const TooltipProvider = Primitive.Provider;

export interface TooltipProps {
  label: ReactNode;
  shortcut?: string | undefined;
  side?: "top" | "right" | "bottom" | "left";
  children: ReactNode;
}

/** Says more about the one element inside it, on hover and on focus. */
export function Tooltip({ label, shortcut, side = "top", children }: TooltipProps) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{children}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content className={styles["content"]} side={side} sideOffset={6} collisionPadding={8}>
          {label}
          {shortcut && <Kbd keys={shortcut} isInverse />}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
