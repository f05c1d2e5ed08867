import { useId, useState } from "react";
import { Button, ChoiceCards, Dialog, ErrorNote, Field, FieldStack, Input } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { ROLES, useInvite, type NewInvitation, type Role } from "./api";

interface InviteDialogProps {
  onClose: () => void;
  onInvited: (made: NewInvitation) => void;
}

export function InviteDialog({ onClose, onInvited }: InviteDialogProps) {
  const { t } = useI18n();
  const { may } = useSession();
  const form = useId();
  const invite = useInvite();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("editor");
  const fault = invite.error?.fault("/email");
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("members.invite")}
      description={t("members.inviteHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button type="submit" form={form} variant="primary" isBusy={invite.isPending} disabled={!email.trim()}>
            {t("members.invite")}
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate({ email, role }, { onSuccess: onInvited });
        }}
      >
        <FieldStack>
          <Field label={t("setup.email")} isRequired error={fault}>
            <Input
              autoFocus
              type="email"
              required
              maxLength={254}
              autoComplete="off"
              placeholder="grace@example.org"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          </Field>
          <ChoiceCards
            label={t("members.role")}
            columns={1}
            value={role}
            onChange={setRole}
            choices={ROLES.filter((each) => each !== "operator" || may("operator")).map((each) => ({
              value: each,
              title: t(`members.role_${each}`),
              description: t(`members.roleHint_${each}`),
            }))}
          />
          {invite.error && !fault && <ErrorNote error={invite.error} />}
        </FieldStack>
      </form>
    </Dialog>
  );
}
