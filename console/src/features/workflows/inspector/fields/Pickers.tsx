import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { api, call } from "@/api/client";
import { Badge, Combobox, IconButton, type Option } from "@/design";
import { useI18n } from "@/i18n";
import { useForm, type Path } from "../form-context";
import { FieldFrame } from "./FieldFrame";
import styles from "./Fields.module.css";

interface PickerProps {
  path: Path;
  label: string;
  hint?: string | undefined;
  value: unknown;
  isRequired?: boolean;
}

export function useModels() {
  return useQuery({
    queryKey: ["models"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/models", { signal }))).items,
    staleTime: 60_000,
  });
}

/** A model by `provider/name`, or the default one; what kind depends on the setting. */
export function ModelField({ path, label, hint, value, isRequired }: PickerProps) {
  const { t } = useI18n();
  const form = useForm();
  const models = useModels();
  const kind = String(path.at(-1)).startsWith("rerank") ? "rerank" : String(path.at(-1)).startsWith("embedding") ? "embedding" : "chat";
  // Hundreds of models are known; those that can be called are of use, and the one that is chosen.
  const fitting = (models.data ?? []).filter((model) => model.kind === kind && (model.is_ready || model.reference === value));
  const options: (Option & { group?: string })[] = [
    { value: "default", label: t("workflows.defaultModel"), description: t("workflows.defaultModelHint") },
    ...fitting.map((model) => ({
      value: model.reference,
      label: model.title || model.name,
      description: model.is_ready ? model.reference : t("workflows.modelNotReady", { provider: model.provider }),
      group: model.provider,
    })),
  ];
  const text = typeof value === "string" ? value : undefined;
  return (
    <FieldFrame path={path} label={label} hint={hint} isRequired={isRequired}>
      <Combobox
        label={label}
        value={text ?? (isRequired === false && kind !== "chat" ? undefined : "default")}
        options={text && !options.some((option) => option.value === text) ? [...options, { value: text, label: text }] : options}
        placeholder={t("workflows.noModel")}
        isDisabled={form.isReadOnly}
        onChange={(model) => form.set(path, model)}
      />
    </FieldFrame>
  );
}

/** Datasets by name. */
export function DatasetsField({ path, label, hint, value, isRequired }: PickerProps) {
  const { t } = useI18n();
  const form = useForm();
  const datasets = useQuery({
    queryKey: ["datasets", "to-pick"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/datasets", { params: { query: { limit: 100 } }, signal }))).items,
  });
  // A list that needs one begins with an empty name.
  const chosen = Array.isArray(value) ? value.filter((item): item is string => typeof item === "string" && item !== "") : [];
  const known = datasets.data ?? [];
  const titles = new Map(known.flatMap((dataset) => [[dataset.id, dataset.name], [dataset.name, dataset.name]] as const));
  return (
    <FieldFrame path={path} label={label} hint={known.length === 0 && datasets.isSuccess ? t("workflows.noDatasets") : hint} isRequired={isRequired}>
      <div className={styles["rows"]}>
        {chosen.map((name) => (
          <div key={name} className={styles["row"]}>
            <span className={styles["chosen"]}>
              {titles.get(name) ?? name}
              {datasets.isSuccess && !titles.has(name) && <Badge tone="failed">{t("workflows.missing")}</Badge>}
            </span>
            <IconButton icon={X} size="small" label={t("workflows.removeItem", { name })} disabled={form.isReadOnly} onClick={() => form.set(path, chosen.filter((other) => other !== name))} />
          </div>
        ))}
        <Combobox
          label={label}
          value={undefined}
          options={known.filter((dataset) => !chosen.includes(dataset.name) && !chosen.includes(dataset.id)).map(({ name, description }) => ({ value: name, label: name, description }))}
          placeholder={t("workflows.addDataset")}
          isDisabled={form.isReadOnly}
          onChange={(name) => form.set(path, [...chosen, name])}
        />
      </div>
    </FieldFrame>
  );
}

/** Another app by name. */
export function AppField({ path, label, hint, value, isRequired }: PickerProps) {
  const { t } = useI18n();
  const form = useForm();
  const apps = useQuery({
    queryKey: ["apps", "to-pick"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/apps", { params: { query: { limit: 100 } }, signal }))).items,
  });
  const text = typeof value === "string" && value !== "" ? value : undefined;
  const options = (apps.data ?? []).map(({ name, description, published }) => ({
    value: name,
    label: name,
    description: published === null ? t("workflows.notPublished") : description,
  }));
  return (
    <FieldFrame path={path} label={label} hint={hint} isRequired={isRequired}>
      <Combobox label={label} value={text} options={options} placeholder={t("workflows.chooseApp")} isDisabled={form.isReadOnly} onChange={(name) => form.set(path, name)} />
    </FieldFrame>
  );
}

/** How an agent goes about its task. */
export function StrategyField({ path, label, hint, value }: PickerProps) {
  const form = useForm();
  const strategies = useQuery({
    queryKey: ["agent-strategies"],
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/agent-strategies", { signal }))).items,
    staleTime: 60_000,
  });
  const text = typeof value === "string" ? value : "function-calling";
  const options = (strategies.data ?? []).map(({ name, title, description }) => ({ value: name, label: title, description }));
  return (
    <FieldFrame path={path} label={label} hint={hint}>
      <Combobox label={label} value={text} options={options} isDisabled={form.isReadOnly} onChange={(name) => form.set(path, name)} />
    </FieldFrame>
  );
}
