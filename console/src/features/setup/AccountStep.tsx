import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, call } from "@/api/client";
import { Button, ErrorNote, Field, FieldStack, Input } from "@/design";
import { Text, useI18n } from "@/i18n";
import { useSignedIn } from "@/shell/session";

/** Creates the first member with the token that `skep up` printed. */
export function AccountStep({ token: given, onDone }: { token: string; onDone: () => void }) {
  const { t } = useI18n();
  const signedIn = useSignedIn();
  const [token, setToken] = useState(given);
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const create = useMutation({
    mutationFn: async () => {
      const body = { setup_token: token.trim(), email, password, ...(name.trim() ? { name } : {}) };
      await signedIn(await call(api.POST("/api/v1/setup", { body })), { isFresh: true });
    },
    onSuccess: onDone,
  });
  const problem = create.error;
  const wrongToken = problem?.code === "wrong_token" ? problem.detail : undefined;
  const faults = { email: problem?.fault("/email"), password: problem?.fault("/password"), name: problem?.fault("/name") };
  const isShown = Boolean(wrongToken ?? faults.email ?? faults.password ?? faults.name);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <FieldStack>
        <Field
          label={t("setup.token")}
          isRequired
          error={wrongToken}
          hint={
            !wrongToken && (
              <Text k="setup.tokenHint" values={{ command: <code>skep up</code>, file: <code>secrets/setup.token</code> }} />
            )
          }
        >
          <Input
            isMono
            required
            autoFocus={!given}
            autoComplete="off"
            spellCheck={false}
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        </Field>
        <Field label={t("setup.name")} isOptional error={faults.name}>
          <Input autoFocus={given !== ""} autoComplete="name" maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label={t("setup.email")} isRequired error={faults.email}>
          <Input type="email" required autoComplete="username" value={email} onChange={(event) => setEmail(event.target.value)} />
        </Field>
        <Field label={t("setup.password")} isRequired error={faults.password} hint={t("setup.passwordHint")}>
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
        {problem && !isShown && <ErrorNote error={problem} />}
        <Button type="submit" variant="primary" size="large" isBusy={create.isPending}>
          {t("setup.create")}
        </Button>
      </FieldStack>
    </form>
  );
}
