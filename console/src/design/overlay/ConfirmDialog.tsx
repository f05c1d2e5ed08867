import { useState, type ReactNode } from "react";
import { Button } from "@/design/button/Button";
import { ErrorNote } from "@/design/feedback/ErrorNote";
import { Dialog } from "@/design/overlay/Dialog";
import { useI18n } from "@/i18n";

export interface ConfirmDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  /** What will be lost, or what happens next. */
  children: ReactNode;
  /** What the button says: the verb, not "OK". */
  confirmLabel: string;
  isDangerous?: boolean;
  /** The dialog closes when this is done, and shows why when it fails. */
  onConfirm: () => Promise<unknown>;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useI18n();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const change = (isOpen: boolean) => {
    setError(null);
    props.onOpenChange(isOpen);
  };
  const confirm = async () => {
    setIsBusy(true);
    setError(null);
    try {
      await props.onConfirm();
      change(false);
    } catch (caught) {
      setError(caught);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Dialog
      isOpen={props.isOpen}
      onOpenChange={change}
      title={props.title}
      size="small"
      footer={
        <>
          <Button onClick={() => change(false)}>{t("actions.cancel")}</Button>
          <Button variant={props.isDangerous ? "danger" : "primary"} isBusy={isBusy} onClick={() => void confirm()}>
            {props.confirmLabel}
          </Button>
        </>
      }
    >
      {props.children}
      {error !== null && <ErrorNote error={error} />}
    </Dialog>
  );
}
