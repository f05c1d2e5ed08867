import { useState } from "react";
import { Button, Card, DataList, ErrorNote, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useEditDocument, type Doc } from "../api/documents";
import { changesIn, draftsOf, faultIn } from "../documents/metadata";
import { MetadataEditor } from "../documents/MetadataEditor";
import styles from "./Document.module.css";

/** The fields of a document, to read and to change. */
export function Metadata({ dataset, document, isReadOnly }: { dataset: string; document: Doc; isReadOnly: boolean }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const edit = useEditDocument(dataset);
  const [drafts, setDrafts] = useState(() => draftsOf(document.metadata));
  const [isChecked, setIsChecked] = useState(false);
  const hasFault = drafts.some((draft) => faultIn(draft, drafts) !== null);
  const changes = hasFault ? undefined : changesIn(document.metadata, drafts);
  const isChanged = hasFault || changes !== undefined;
  const save = () => {
    setIsChecked(true);
    if (changes) edit.mutate({ id: document.id, metadata: changes }, { onSuccess: () => say(t("documents.saved")) });
  };
  const undo = () => {
    setDrafts(draftsOf(document.metadata));
    setIsChecked(false);
  };
  if (isReadOnly) {
    const fields = Object.entries(document.metadata);
    return (
      <Card title={t("documents.metadata")}>
        {fields.length > 0 ? (
          <DataList items={fields.map(([label, value]) => ({ label, value: typeof value === "string" ? value : JSON.stringify(value) }))} />
        ) : (
          <p className={styles["quiet"]}>{t("documents.noMetadata")}</p>
        )}
      </Card>
    );
  }
  return (
    <Card title={t("documents.metadata")} description={t("documents.metadataHint")}>
      <div className={styles["metadata"]}>
        <MetadataEditor drafts={drafts} onChange={setDrafts} isChecked={isChecked} />
        {edit.error && <ErrorNote error={edit.error} />}
        {isChanged && (
          <div className={styles["buttons"]}>
            <Button size="small" variant="primary" isBusy={edit.isPending} onClick={save}>
              {t("actions.save")}
            </Button>
            <Button size="small" variant="ghost" onClick={undo}>
              {t("actions.cancel")}
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}
