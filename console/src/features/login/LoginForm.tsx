import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, call, type Schema } from "@/api/client";
import { Button, ErrorNote, Field, FieldStack, Input } from "@/design";
import { useI18n } from "@/i18n";

export interface LoginFormProps {
  /** Whose password is asked for, when that is known. */
  email?: string | undefined;
  onSignedIn: (session: Schema<"SessionView">) => Promise<void>;
}

export function LoginForm({ email: known, onSignedIn }: LoginFormProps) {
  const { t } = useI18n();
  const [email, setEmail] = useState(known ?? "");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: async () => onSignedIn(await call(api.POST("/api/v1/sessions", { body: { email, password } }))),
  });
  const isWrong = signIn.error?.code === "wrong_login";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <FieldStack>
        <Field label={t("login.email")} isRequired>
          <Input
            type="email"
            name="email"
            autoComplete="username"
            required
            autoFocus={!known}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <Field label={t("login.password")} isRequired error={isWrong ? t("login.wrong") : undefined}>
          <Input
            type="password"
            name="password"
            autoComplete="current-password"
            required
            autoFocus={known !== undefined}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        {signIn.error && !isWrong && <ErrorNote error={signIn.error} />}
        <Button type="submit" variant="primary" size="large" isBusy={signIn.isPending}>
          {t("login.signIn")}
        </Button>
      </FieldStack>
    </form>
  );
}
