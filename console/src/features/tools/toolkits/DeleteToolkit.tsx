import { ConfirmDialog, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useDeleteToolkit, type Toolkit } from "../api";

/** Asks before a toolkit is taken from the workflows that use it. */
export function DeleteToolkit({ toolkit, onClose, onDeleted }: { toolkit: Toolkit; onClose: () => void; onDeleted?: () => void }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const remove = useDeleteToolkit();
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={t("tools.deleteToolkit", { name: toolkit.name })}
      confirmLabel={t("actions.delete")}
      isDangerous
      onConfirm={async () => {
        await remove.mutateAsync(toolkit.id);
        say(t("tools.deleted", { name: toolkit.name }));
        onDeleted?.();
      }}
    >
      {t("tools.deleteConfirm", { name: toolkit.name })}
    </ConfirmDialog>
  );
}
