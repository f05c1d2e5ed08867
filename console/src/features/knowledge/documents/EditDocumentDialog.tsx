import { useState } from "react";
import { Button, Dialog, ErrorNote, Field, FieldStack, Input, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useEditDocument, type Doc } from "../api/documents";
import { changesIn, draftsOf, faultIn } from "./metadata";
import { MetadataEditor } from "./MetadataEditor";
import styles from "./Documents.module.css";

/** Changes what a document is called, and its fields. */
export function EditDocumentDialog({ dataset, document, onClose }: { dataset: string; document: Doc; onClose: () => void }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const edit = useEditDocument(dataset);
  const [name, setName] = useState(document.name);
  const [drafts, setDrafts] = useState(() => draftsOf(document.metadata));
  const [isChecked, setIsChecked] = useState(false);
  const taken = edit.error?.code === "document_exists" ? edit.error.detail : edit.error?.fault("/name");
  const save = () => {
    setIsChecked(true);
    if (drafts.some((draft) => faultIn(draft, drafts) !== null)) return;
    const metadata = changesIn(document.metadata, drafts);
    edit.mutate(
      { id: document.id, ...(name.trim() !== document.name ? { name: name.trim() } : {}), ...(metadata ? { metadata } : {}) },
      {
        onSuccess: () => {
          say(t("documents.saved"));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("documents.editTitle")}
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
        <Field label={t("knowledge.name")} isRequired error={taken}>
          <Input value={name} maxLength={255} onChange={(event) => setName(event.target.value)} />
        </Field>
        <fieldset className={styles["fieldset"]}>
          <legend>{t("documents.metadata")}</legend>
          <p className={styles["hint"]}>{t("documents.metadataHint")}</p>
          <MetadataEditor drafts={drafts} onChange={setDrafts} isChecked={isChecked} />
        </fieldset>
        {edit.error && !taken && <ErrorNote error={edit.error} />}
      </FieldStack>
    </Dialog>
  );
}
