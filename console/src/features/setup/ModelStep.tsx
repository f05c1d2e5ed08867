import { useMutation, useQuery } from "@tanstack/react-query";
import { Boxes, CloudOff, PlugZap } from "lucide-react";
import { useState } from "react";
import { api, call, type Schema } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import { Button, ChoiceCards, Combobox, ErrorNote, ErrorState, Field, Input, SchemaFields, Skeleton, type SchemaValues } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./Setup.module.css";

type Provider = Schema<"ProviderView">;
const FIRST = ["openai", "anthropic", "gemini"];
const OTHERS = "…";
interface Choice {
  provider: string;
  model: string;
  values: SchemaValues;
}

/** Stores the credential, tries it, and makes the model the default. */
async function connect({ provider, model, values }: Choice): Promise<void> {
  const body = { provider, name: "default", values };
  const credential = await call(api.POST("/api/v1/credentials", { body }));
  const path = { credential_id: credential.id };
  try {
    const check = await call(api.POST("/api/v1/credentials/{credential_id}/checks", { params: { path } }));
    if (!check.ok) throw new ApiProblem({ status: 422, code: check.code ?? "check_failed", detail: check.detail ?? "" });
    await setDefaultChat(`${provider}/${model}`);
  } catch (error) {
    // A credential that does not work would only be in the way of the next attempt.
    await call(api.DELETE("/api/v1/credentials/{credential_id}", { params: { path } }));
    throw error;
  }
}

async function setDefaultChat(chat: string): Promise<void> {
  const defaults = await call(api.GET("/api/v1/default-models"));
  await call(api.PUT("/api/v1/default-models", { body: { ...defaults, chat } }));
}

function rank({ name, needs_credential: needsCredential }: Provider): number {
  return needsCredential ? FIRST.indexOf(name) : -1;
}

export function ModelStep({ onDone }: { onDone: () => void }) {
  const { t } = useI18n();
  const [chosen, setChosen] = useState("");
  const providers = useQuery({
    queryKey: ["providers"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/providers", { signal }))).items,
  });
  if (providers.isError) return <ErrorState error={providers.error} onRetry={() => void providers.refetch()} />;
  if (!providers.data) return <Skeleton height={96} />;
  const offline = providers.data.find((provider) => !provider.needs_credential);
  const provider = providers.data.find(({ name }) => name === chosen) ?? offline ?? providers.data[0];
  if (!provider) return <Button onClick={onDone}>{t("setup.skip")}</Button>;
  const shown = providers.data
    .filter((each) => each === offline || FIRST.includes(each.name))
    .sort((one, other) => rank(one) - rank(other));
  const others = providers.data.filter((each) => !shown.includes(each));
  return (
    <div className={styles["stack"]}>
      <ChoiceCards
        label={t("setup.chooseModel")}
        value={shown.includes(provider) ? provider.name : OTHERS}
        onChange={(name) => setChosen(name === OTHERS ? (others[0]?.name ?? "") : name)}
        choices={[
          ...shown.map((each) => ({
            value: each.name,
            title: each === offline ? t("setup.offline") : each.title,
            description: each === offline ? t("setup.offlineHint") : each.description,
            icon: each.needs_credential ? PlugZap : CloudOff,
          })),
          ...(others.length > 0
            ? [{ value: OTHERS, title: t("setup.others"), description: t("setup.othersHint", { count: others.length }), icon: Boxes }]
            : []),
        ]}
      />
      {others.includes(provider) && (
        <Field label={t("setup.provider")} isRequired>
          <Combobox
            value={provider.name}
            onChange={setChosen}
            options={others.map((each) => ({ value: each.name, label: each.title }))}
          />
        </Field>
      )}
      {provider.needs_credential ? (
        <ProviderForm key={provider.name} provider={provider} onDone={onDone} />
      ) : (
        <div className={styles["buttons"]}>
          <Button variant="primary" size="large" onClick={onDone}>
            {t("setup.useOffline")}
          </Button>
        </div>
      )}
    </div>
  );
}

function ProviderForm({ provider, onDone }: { provider: Provider; onDone: () => void }) {
  const { t } = useI18n();
  const [values, setValues] = useState<SchemaValues>({});
  const [model, setModel] = useState("");
  const models = useQuery({
    queryKey: ["models"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/models", { signal }))).items,
  });
  const known = (models.data ?? []).filter((each) => each.provider === provider.name && each.kind === "chat");
  const name = model || (known[0]?.name ?? "");
  const save = useMutation({
    mutationFn: () => connect({ provider: provider.name, model: name, values }),
    onSuccess: onDone,
  });
  return (
    <form
      className={styles["stack"]}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <SchemaFields
        schema={provider.credential_schema}
        values={values}
        onChange={setValues}
        faultOf={(field) => save.error?.fault(`/values/${field}`)}
      />
      <Field label={t("setup.modelName")} isRequired hint={provider.open_catalogue ? t("setup.modelNameHint") : undefined}>
        {provider.open_catalogue ? (
          <ModelInput value={model} placeholder={known[0]?.name} names={known.map((each) => each.name)} onChange={setModel} />
        ) : (
          <Combobox
            value={name}
            onChange={setModel}
            options={known.map((each) => ({ value: each.name, label: each.title || each.name }))}
          />
        )}
      </Field>
      {save.error && <ErrorNote error={save.error} />}
      <div className={styles["buttons"]}>
        <Button variant="ghost" size="large" onClick={onDone}>
          {t("setup.skip")}
        </Button>
        <Button type="submit" variant="primary" size="large" isBusy={save.isPending} disabled={!name}>
          {t("setup.check")}
        </Button>
      </div>
    </form>
  );
}

/** A model's name that may be any; those that are known are offered. */
function ModelInput(props: { value: string; placeholder: string | undefined; names: string[]; onChange: (name: string) => void }) {
  return (
    <>
      <Input
        list="setup-models"
        value={props.value}
        placeholder={props.placeholder}
        onChange={(event) => props.onChange(event.target.value.trim())}
      />
      <datalist id="setup-models">
        {props.names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
