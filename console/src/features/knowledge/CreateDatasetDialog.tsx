import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { Link } from "react-router";
import { Button, Callout, Dialog, ErrorNote, Field, FieldStack, Input, Textarea } from "@/design";
import { useI18n } from "@/i18n";
import { useCreateDataset, useModelsOf } from "./api/datasets";
import { ChunkerField, ChunkingFields } from "./shared/ChunkingFields";
import { DEFAULT_SPEC, draftOf, faultOf, specOf } from "./shared/chunking";
import { ModelPicker } from "./shared/ModelPicker";
import styles from "./Datasets.module.css";

interface CreateDatasetDialogProps {
  onClose: () => void;
  onCreated: (id: string) => void;
}

/** Makes a dataset: a name, and how what is put into it is indexed. */
export function CreateDatasetDialog({ onClose, onCreated }: CreateDatasetDialogProps) {
  const { t } = useI18n();
  const form = useId();
  const create = useCreateDataset();
  const models = useModelsOf("embedding");
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [model, setModel] = useState("default");
  const [draft, setDraft] = useState(() => draftOf(DEFAULT_SPEC));
  const [chunker, setChunker] = useState<string>("general");
  const [isAdvanced, setIsAdvanced] = useState(false);
  const taken = create.error?.code === "dataset_exists" ? create.error.detail : create.error?.fault("/name");
  const isReady = name.trim() !== "" && faultOf(draft) === null;
  const submit = () => {
    if (!isReady || create.isPending) return;
    create.mutate(
      { name: name.trim(), description, embedding_model: model, chunker, chunk_spec: specOf(draft) },
      { onSuccess: (made) => onCreated(made.id) },
    );
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("knowledge.createTitle")}
      description={t("knowledge.createHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button type="submit" form={form} variant="primary" isBusy={create.isPending} disabled={!isReady}>
            {t("actions.create")}
          </Button>
        </>
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
          <Field label={t("knowledge.name")} isRequired error={taken}>
            <Input
              autoFocus
              value={name}
              maxLength={200}
              placeholder={t("knowledge.namePlaceholder")}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
          <Field label={t("knowledge.description")} isOptional hint={t("knowledge.descriptionHint")}>
            <Textarea rows={2} value={description} maxLength={10_000} onChange={(event) => setDescription(event.target.value)} />
          </Field>
          <Field label={t("knowledge.embeddingModel")} hint={t("knowledge.embeddingModelHint")}>
            <ModelPicker
              kind="embedding"
              label={t("knowledge.embeddingModel")}
              value={model}
              onChange={setModel}
              first={{ value: "default", label: t("knowledge.defaultModel"), description: t("knowledge.defaultModelHint") }}
            />
          </Field>
          {models.data && models.ready.length === 0 && (
            <Callout tone="warning" title={t("knowledge.noModels")}>
              {t("knowledge.noModelsHint")} <Link to="/models">{t("knowledge.toModels")}</Link>
            </Callout>
          )}
          <div>
            <button
              type="button"
              className={styles["advancedToggle"]}
              aria-expanded={isAdvanced}
              onClick={() => setIsAdvanced((before) => !before)}
            >
              <ChevronRight size={14} aria-hidden />
              {t("knowledge.advanced")}
            </button>
            {isAdvanced && (
              <div className={styles["advanced"]}>
                <ChunkerField value={chunker} onChange={setChunker} />
                <ChunkingFields draft={draft} onChange={setDraft} />
              </div>
            )}
          </div>
          {create.error && !taken && <ErrorNote error={create.error} />}
        </FieldStack>
      </form>
    </Dialog>
  );
}
