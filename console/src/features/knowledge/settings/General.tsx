import { useState } from "react";
import { Button, Card, CopyableId, DataList, ErrorNote, Field, FieldStack, Input, Textarea, Time, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useEditDataset, type Dataset } from "../api/datasets";
import { ChipInput } from "../shared/ChipInput";
import styles from "./Settings.module.css";

/** Name and description. */
export function General({ dataset, isReadOnly }: { dataset: Dataset; isReadOnly: boolean }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const edit = useEditDataset(dataset.id);
  const [name, setName] = useState(dataset.name);
  const [description, setDescription] = useState(dataset.description);
  const [tags, setTags] = useState<readonly string[]>(dataset.tags ?? []);
  const isTagged = JSON.stringify(tags) !== JSON.stringify(dataset.tags ?? []);
  const isChanged = name.trim() !== dataset.name || description !== dataset.description || isTagged;
  const taken = edit.error?.code === "dataset_exists" ? edit.error.detail : edit.error?.fault("/name");
  const save = () =>
    edit.mutate(
      {
        ...(name.trim() !== dataset.name ? { name: name.trim() } : {}),
        ...(description !== dataset.description ? { description } : {}),
        ...(isTagged ? { tags: [...tags] } : {}),
      },
      { onSuccess: () => say(t("documents.saved")) },
    );
  return (
    <Card title={t("knowledge.general")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isChanged && name.trim()) save();
        }}
      >
        <FieldStack>
          <Field label={t("knowledge.name")} isRequired error={taken}>
            <Input value={name} maxLength={200} disabled={isReadOnly} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Field label={t("knowledge.description")} hint={t("knowledge.descriptionHint")}>
            <Textarea value={description} maxLength={10_000} disabled={isReadOnly} onChange={(event) => setDescription(event.target.value)} />
          </Field>
          <Field label={t("knowledge.tags")} isOptional hint={t("knowledge.tagsHint")} error={edit.error?.fault("/tags")}>
            <ChipInput values={tags} onChange={setTags} isDisabled={isReadOnly} placeholder={t("knowledge.tagAdd")} />
          </Field>
          <DataList
            items={[
              { label: t("knowledge.id"), value: <CopyableId id={dataset.id} isWhole /> },
              { label: t("knowledge.created"), value: <Time at={dataset.created_at} /> },
            ]}
          />
          {edit.error && !taken && <ErrorNote error={edit.error} />}
          {!isReadOnly && (
            <div className={styles["save"]}>
              <Button type="submit" variant="primary" isBusy={edit.isPending} disabled={!isChanged || !name.trim()}>
                {t("actions.save")}
              </Button>
            </div>
          )}
        </FieldStack>
      </form>
    </Card>
  );
}
