import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { IconButton } from "@/design/button/IconButton";
import { classes } from "@/design/classes";
import { useI18n } from "@/i18n";
import styles from "./Dialog.module.css";

export interface DialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  description?: ReactNode;
  size?: "small" | "medium" | "large";
  /** A panel from the right edge instead of a box in the middle. */
  isDrawer?: boolean;
  /** What the user must settle: neither Escape nor a click outside closes it. */
  isModal?: boolean;
  footer?: ReactNode;
  children?: ReactNode;
}

/** A box over the page that keeps the focus until it is closed. */
export function Dialog(props: DialogProps) {
  const { t } = useI18n();
  const { isOpen, onOpenChange, title, description, size = "medium", isDrawer, isModal, footer, children } = props;
  const stay = (event: Event) => {
    if (isModal) event.preventDefault();
  };
  return (
    <Primitive.Root open={isOpen} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={styles["overlay"]} />
        <Primitive.Content
          className={classes(styles[isDrawer ? "drawer" : "dialog"], styles[size])}
          // A field that wants the focus has it already; a button would only show its tooltip.
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
          }}
          onEscapeKeyDown={stay}
          onPointerDownOutside={stay}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <header className={styles["header"]}>
            <div>
              <Primitive.Title className={styles["title"]}>{title}</Primitive.Title>
              {description && (
                <Primitive.Description className={styles["description"]}>{description}</Primitive.Description>
              )}
            </div>
            {!isModal && (
              <Primitive.Close asChild>
                <IconButton icon={X} label={t("actions.close")} size="small" />
              </Primitive.Close>
            )}
          </header>
          <div className={styles["body"]}>{children}</div>
          {footer && <footer className={styles["footer"]}>{footer}</footer>}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** A panel from the right edge, for details beside a list. */
export function Drawer(props: Omit<DialogProps, "isDrawer">) {
  return <Dialog {...props} isDrawer />;
}
