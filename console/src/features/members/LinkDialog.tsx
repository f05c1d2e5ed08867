import { Button, Callout, CopyButton, Dialog, FieldStack } from "@/design";
import { useI18n } from "@/i18n";
import { addressOf, type NewInvitation } from "./api";
import styles from "./Members.module.css";

/** Shows a link, this once. */
export function LinkDialog({ made, onClose }: { made: NewInvitation; onClose: () => void }) {
  const { t } = useI18n();
  const address = addressOf(made);
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("members.linkTitle", { email: made.email })}
      isModal
      footer={
        <Button variant="primary" onClick={onClose}>
          {t("actions.done")}
        </Button>
      }
    >
      <FieldStack>
        <Callout tone="warning">{t("members.linkWarning")}</Callout>
        <div className={styles["link"]}>
          <code>{address}</code>
          <CopyButton text={address} label={t("members.copyLink")} />
        </div>
      </FieldStack>
    </Dialog>
  );
}
