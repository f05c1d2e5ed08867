import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, call, type Schema } from "@/api/client";
import { Button, ErrorNote, Field, FieldStack, Input } from "@/design";
import { useI18n } from "@/i18n";

interface JoinFormProps {
  token: string;
  link: Schema<"OpenedInvitationView">;
  onJoined: (session: Schema<"SessionView">) => Promise<void>;
}

export function JoinForm({ token, link, onJoined }: JoinFormProps) {
  const { t } = useI18n();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const join = useMutation({
    mutationFn: async () => {
      const body = { token, password, ...(link.is_reset ? {} : { name }) };
      await onJoined(await call(api.POST("/api/v1/invitations/acceptances", { body })));
    },
  });
  const faults = { name: join.error?.fault("/name"), password: join.error?.fault("/password") };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        join.mutate();
      }}
    >
      <FieldStack>
        <Field label={t("setup.email")}>
          <Input type="email" readOnly autoComplete="username" value={link.email} />
        </Field>
        {!link.is_reset && (
          <Field label={t("members.yourName")} isRequired error={faults.name}>
            <Input autoFocus required maxLength={200} autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
        )}
        <Field label={t("setup.password")} isRequired error={faults.password} hint={t("setup.passwordHint")}>
          <Input
            autoFocus={link.is_reset}
            type="password"
            required
            minLength={10}
            maxLength={256}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        {join.error && !faults.name && !faults.password && <ErrorNote error={join.error} />}
        <Button type="submit" variant="primary" size="large" isBusy={join.isPending}>
          {link.is_reset ? t("members.acceptReset") : t("members.accept")}
        </Button>
      </FieldStack>
    </form>
  );
}
