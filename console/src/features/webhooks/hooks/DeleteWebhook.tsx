import { ConfirmDialog, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useDeleteWebhook, type Webhook } from "../api";
import { placeOf } from "./place";

export function DeleteWebhook({ webhook, onClose, onDeleted }: { webhook: Webhook; onClose: () => void; onDeleted?: () => void }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const remove = useDeleteWebhook();
  const { host } = placeOf(webhook.url);
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={t("webhooks.deleteTitle", { host })}
      confirmLabel={t("actions.delete")}
      isDangerous
      onConfirm={async () => {
        await remove.mutateAsync(webhook.id);
        say(t("webhooks.deleted", { host }));
        onDeleted?.();
      }}
    >
      {t("webhooks.deleteConfirm")}
    </ConfirmDialog>
  );
}
