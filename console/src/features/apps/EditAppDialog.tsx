import { useState } from "react";
import { Button, Dialog, ErrorNote, Field, FieldStack, Input, Textarea, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useEditApp, type App } from "./api";
import { TagInput } from "./TagInput";
import styles from "./Apps.module.css";

/** Changes what an app is called, what it says of itself, and its tags. */
export function EditAppDialog({ app, onClose }: { app: App; onClose: () => void }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const edit = useEditApp(app.id);
  const [name, setName] = useState(app.name);
  const [icon, setIcon] = useState(app.icon);
  const [description, setDescription] = useState(app.description);
  const [tags, setTags] = useState(app.tags);
  const taken = edit.error?.code === "name_taken" ? edit.error.detail : undefined;
  const save = () =>
    edit.mutate(
      {
        tags,
        ...(name !== app.name ? { name } : {}),
        ...(icon !== app.icon ? { icon } : {}),
        ...(description !== app.description ? { description } : {}),
      },
      {
        onSuccess: () => {
          say(t("apps.saved"));
          onClose();
        },
      },
    );
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("apps.editTitle")}
      size="small"
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button variant="primary" isBusy={edit.isPending} disabled={!name.trim()} onClick={save}>
            {t("actions.save")}
          </Button>
        </>
      }
    >
      <FieldStack>
        <div className={styles["nameRow"]}>
          <Field label={t("apps.icon")}>
            <Input value={icon} maxLength={8} placeholder="🐝" onChange={(event) => setIcon(event.target.value)} />
          </Field>
          <Field label={t("apps.name")} isRequired error={taken}>
            <Input value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
          </Field>
        </div>
        <Field label={t("apps.description")} isOptional>
          <Textarea value={description} maxLength={10_000} onChange={(event) => setDescription(event.target.value)} />
        </Field>
        <Field label={t("apps.tags")} isOptional hint={t("apps.tagHint")}>
          <TagInput tags={tags} onChange={setTags} />
        </Field>
        {edit.error && !taken && <ErrorNote error={edit.error} />}
      </FieldStack>
    </Dialog>
  );
}
