import { useId, useState } from "react";
import { Button, Callout, Combobox, Dialog, ErrorNote, Field, FieldStack, Input, SchemaFields, useToasts, type SchemaValues } from "@/design";
import { useI18n } from "@/i18n";
import { useConnect, useDeleteCredential, type Credential, type Provider } from "./api";

interface ConnectDialogProps {
  providers: Provider[];
  first: Provider | undefined;
  taken: Credential[];
  onClose: () => void;
}

/** Connects a provider: its form is drawn from what it wants to know, and tried before it is done. */
export function ConnectDialog({ providers, first, taken, onClose }: ConnectDialogProps) {
  const { t } = useI18n();
  const { say } = useToasts();
  const form = useId();
  const choices = providers.filter((provider) => provider.needs_credential);
  const [chosen, setChosen] = useState(first?.name ?? "");
  const [name, setName] = useState("");
  const [values, setValues] = useState<SchemaValues>({});
  const connect = useConnect();
  const remove = useDeleteCredential();
  const provider = choices.find((each) => each.name === chosen);
  const offered = provider ? freeName(provider, taken) : "";
  const refusal = connect.data?.check.ok === false ? connect.data : undefined;
  const submit = () => {
    if (!provider || connect.isPending) return;
    connect.mutate(
      { provider: provider.name, name: name.trim() || offered, values },
      {
        onSuccess: ({ check }) => {
          if (!check.ok) return;
          say(t("models.connectedNow", { name: provider.title }));
          onClose();
        },
      },
    );
  };
  const leaveOut = () => {
    if (!refusal) return;
    remove.mutate(refusal.credential.id, { onSuccess: () => connect.reset() });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("models.connectTitle")}
      description={provider?.description ?? t("models.connectHint")}
      footer={
        refusal ? (
          <>
            <Button onClick={onClose}>{t("models.keepIt")}</Button>
            <Button variant="primary" onClick={leaveOut} isBusy={remove.isPending}>
              {t("models.correctIt")}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{t("actions.cancel")}</Button>
            <Button type="submit" form={form} variant="primary" isBusy={connect.isPending} disabled={!provider}>
              {t("models.connectAndCheck")}
            </Button>
          </>
        )
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <FieldStack>
          <Field label={t("models.provider")} isRequired>
            <Combobox
              value={chosen || undefined}
              placeholder={t("models.chooseProvider")}
              onChange={(value) => {
                setChosen(value);
                setValues({});
                connect.reset();
              }}
              options={choices.map((each) => ({ value: each.name, label: each.title }))}
            />
          </Field>
          {provider && (
            <>
              <SchemaFields
                key={provider.name}
                schema={provider.credential_schema}
                values={values}
                onChange={setValues}
                faultOf={(field) => connect.error?.fault(`/values/${field}`)}
              />
              <Field label={t("models.credentialName")} isOptional hint={t("models.credentialNameHint")} error={connect.error?.fault("/name")}>
                <Input value={name} placeholder={offered} maxLength={200} onChange={(event) => setName(event.target.value)} />
              </Field>
            </>
          )}
          {connect.error && <ErrorNote error={connect.error} />}
          {refusal && (
            <Callout tone="warning" title={t("models.refused")}>
              {refusal.check.detail ?? refusal.check.code} {t("models.refusedHint")}
            </Callout>
          )}
        </FieldStack>
      </form>
    </Dialog>
  );
}

/** A name no credential of the provider has. */
function freeName(provider: Provider, taken: Credential[]): string {
  const names = new Set(taken.filter((each) => each.provider === provider.name).map((each) => each.name));
  if (!names.has("default")) return "default";
  let number = 2;
  while (names.has(`default ${number}`)) number += 1;
  return `default ${number}`;
}
