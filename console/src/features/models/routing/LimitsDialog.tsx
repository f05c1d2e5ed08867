import { useId, useState } from "react";
import { Button, Dialog, ErrorNote, Field, FieldStack, Input, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import type { Credential } from "../api";
import { changed, useChangeRoutes, type Routes } from "./api";
import { isCount, limitsDraftOf, limitsOf, RATES } from "./draft";

interface LimitsDialogProps {
  credential: Credential;
  routes: Routes;
  onClose: () => void;
}

/** What a credential may be asked. */
export function LimitsDialog({ credential, routes, onClose }: LimitsDialogProps) {
  const { t } = useI18n();
  const { say } = useToasts();
  const form = useId();
  const change = useChangeRoutes();
  const [draft, setDraft] = useState(() => limitsDraftOf(routes.credentials?.[credential.id]));
  const isReady = RATES.every((rate) => isCount(draft[rate]));
  const save = () =>
    change.mutate(
      ({ models, credentials }) => ({ models, credentials: changed(credentials, credential.id, limitsOf(draft)) }),
      {
        onSuccess: () => {
          say(t("routing.saved"));
          onClose();
        },
      },
    );
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("routing.limitsTitle", { name: credential.name })}
      description={t("routing.limitHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button type="submit" form={form} variant="primary" isBusy={change.isPending} disabled={!isReady}>
            {t("actions.save")}
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !change.isPending) save();
        }}
      >
        <FieldStack>
          {RATES.map((rate) => (
            <Field key={rate} label={t(`routing.limit_${rate}`)} error={isCount(draft[rate]) ? undefined : t("routing.numberFault")}>
              <Input
                inputMode="numeric"
                value={draft[rate]}
                placeholder={t("routing.limitNone")}
                onChange={(event) => setDraft({ ...draft, [rate]: event.target.value })}
              />
            </Field>
          ))}
          {change.error && <ErrorNote error={change.error} />}
        </FieldStack>
      </form>
    </Dialog>
  );
}
