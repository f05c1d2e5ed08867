import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { api, call, type Schema } from "@/api/client";
import { Button, Dialog, ErrorNote, Field, FieldStack, Input, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./Settings.module.css";

type Open = "name" | "password" | null;

/** Buttons that change one's own name and password. */
export function EditAccount({ member }: { member: Schema<"MemberView"> }) {
  const { t } = useI18n();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <span className={styles["actions"]}>
      <Button size="small" onClick={() => setOpen("name")}>
        {t("settings.changeName")}
      </Button>
      <Button size="small" onClick={() => setOpen("password")}>
        {t("settings.changePassword")}
      </Button>
      {open === "name" && <NameDialog name={member.name} onClose={close} />}
      {open === "password" && <PasswordDialog email={member.email} onClose={close} />}
    </span>
  );
}

function NameDialog({ name: before, onClose }: { name: string; onClose: () => void }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const queries = useQueryClient();
  const form = useId();
  const [name, setName] = useState(before);
  const change = useMutation({
    mutationFn: () => call(api.PATCH("/api/v1/me", { body: { name: name.trim() } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["me"] });
      say(t("settings.nameChanged"));
      onClose();
    },
  });
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      size="small"
      title={t("settings.changeName")}
      footer={<Buttons form={form} isBusy={change.isPending} isDisabled={!name.trim()} onClose={onClose} />}
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <FieldStack>
          <Field label={t("settings.name")} isRequired>
            <Input autoFocus required maxLength={200} autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          {change.error && <ErrorNote error={change.error} />}
        </FieldStack>
      </form>
    </Dialog>
  );
}

function PasswordDialog({ email, onClose }: { email: string; onClose: () => void }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const form = useId();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: () => call(api.PUT("/api/v1/me/password", { body: { current_password: current, password } })),
    onSuccess: () => {
      say(t("settings.passwordChanged"));
      onClose();
    },
  });
  const isWrong = change.error?.fault("/current_password") !== undefined;
  const fault = change.error?.fault("/password");
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      size="small"
      title={t("settings.changePassword")}
      description={t("settings.passwordHint")}
      footer={<Buttons form={form} isBusy={change.isPending} isDisabled={!current || !password} onClose={onClose} />}
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <FieldStack>
          <Field label={t("settings.currentPassword")} isRequired error={isWrong ? t("settings.wrongPassword") : undefined}>
            <Input autoFocus type="password" required autoComplete="current-password" value={current} onChange={(event) => setCurrent(event.target.value)} />
          </Field>
          <Field label={t("settings.newPassword")} isRequired error={fault} hint={t("setup.passwordHint")}>
            <Input
              type="password"
              required
              minLength={10}
              maxLength={256}
              autoComplete="new-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </Field>
          {change.error && !isWrong && !fault && <ErrorNote error={change.error} />}
        </FieldStack>
      </form>
    </Dialog>
  );
}

interface ButtonsProps {
  form: string;
  isBusy: boolean;
  isDisabled: boolean;
  onClose: () => void;
}

function Buttons({ form, isBusy, isDisabled, onClose }: ButtonsProps) {
  const { t } = useI18n();
  return (
    <>
      <Button onClick={onClose}>{t("actions.cancel")}</Button>
      <Button type="submit" form={form} variant="primary" isBusy={isBusy} disabled={isDisabled}>
        {t("actions.save")}
      </Button>
    </>
  );
}
