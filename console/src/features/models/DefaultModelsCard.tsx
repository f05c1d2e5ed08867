import { Card, Combobox, ErrorState, Field, Skeleton, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useDefaults, useSetDefaults, type Defaults, type Model } from "./api";
import styles from "./Models.module.css";

const KINDS = ["chat", "embedding", "rerank", "moderation", "transcription", "speech", "image"] as const;
const AUTOMATIC = "…";

/** What `default` means in workflows, by kind. */
export function DefaultModelsCard({ models }: { models: Model[] | undefined }) {
  const { t } = useI18n();
  const { say, fail } = useToasts();
  const defaults = useDefaults();
  const save = useSetDefaults();
  const choose = (kind: (typeof KINDS)[number], value: string) => {
    if (!defaults.data) return;
    const changed: Defaults = { ...defaults.data, [kind]: value === AUTOMATIC ? null : value };
    save.mutate(changed, { onSuccess: () => say(t("models.defaultsSaved")), onError: (error) => fail(error) });
  };
  if (defaults.isError) return <ErrorState error={defaults.error} onRetry={() => void defaults.refetch()} />;
  return (
    <Card title={t("models.defaults")} description={t("models.defaultsHint")}>
      <div className={styles["defaults"]}>
        {KINDS.map((kind) => (
          <Field key={kind} label={t(`models.kind_${kind}`)}>
            {defaults.data && models ? (
              <Combobox
                value={defaults.data[kind] ?? AUTOMATIC}
                onChange={(value) => choose(kind, value)}
                isDisabled={save.isPending}
                options={optionsOf(kind, models, defaults.data[kind], t("models.automatic"))}
              />
            ) : (
              <Skeleton height={32} />
            )}
          </Field>
        ))}
      </div>
    </Card>
  );
}

function optionsOf(kind: string, models: Model[], chosen: string | null | undefined, automatic: string) {
  const fitting = models.filter((model) => model.kind === kind && (model.is_ready || model.reference === chosen));
  const known = fitting.some((model) => model.reference === chosen);
  return [
    { value: AUTOMATIC, label: automatic },
    ...(chosen && !known ? [{ value: chosen, label: chosen }] : []),
    ...fitting.map((model) => ({ value: model.reference, label: model.title, description: model.reference, group: model.provider })),
  ];
}
