import { useState } from "react";
import { Button, Dialog, ErrorNote, FieldStack, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useChangeKey, type Key } from "./api";
import { draftOf, isSound, limitsOf } from "./limits";
import { LimitsFields } from "./LimitsFields";

/** Holds a key that exists to other limits. */
export function LimitsDialog({ limited, onClose }: { limited: Key; onClose: () => void }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const change = useChangeKey();
  const [draft, setDraft] = useState(() => draftOf(limited.limits));
  const save = () =>
    change.mutate(
      { id: limited.id, limits: limitsOf(draft) },
      {
        onSuccess: () => {
          say(t("keys.limitsSaved", { name: limited.name }));
          onClose();
        },
      },
    );
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("keys.limitsOf", { name: limited.name })}
      description={t("keys.limitsHint")}
      size="small"
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button variant="primary" isBusy={change.isPending} disabled={!isSound(draft)} onClick={save}>
            {t("actions.save")}
          </Button>
        </>
      }
    >
      <FieldStack>
        <LimitsFields draft={draft} onChange={setDraft} />
        {change.error && <ErrorNote error={change.error} />}
      </FieldStack>
    </Dialog>
  );
}
