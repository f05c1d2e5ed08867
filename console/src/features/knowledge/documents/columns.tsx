import { Link } from "react-router";
import { Badge, Checkbox, Switch, Time, useToasts, type Column } from "@/design";
import { useI18n } from "@/i18n";
import { useEditDocument, type Doc } from "../api/documents";
import { FileIcon } from "../shared/FileIcon";
import { possible } from "./actions";
import { DocumentMenu } from "./DocumentMenu";
import { DocumentStatus } from "./DocumentStatus";
import { Failure } from "./Failure";
import type { Selection } from "./use-selection";
import styles from "./Documents.module.css";

/** The columns of the documents; without `selection` nothing can be changed. */
export function useDocumentColumns(dataset: string, selection: Selection | null): Column<Doc>[] {
  const { t, format } = useI18n();
  const select: Column<Doc> = {
    id: "select",
    width: "36px",
    header: selection && (
      <span className={styles["control"]}>
        <Checkbox ariaLabel={t("documents.selectAll")} isOn={selection.all} onChange={selection.setAll} />
      </span>
    ),
    cell: (document) =>
      selection && (
        <span className={styles["control"]}>
          <Checkbox
            ariaLabel={t("documents.select", { name: document.name })}
            isOn={selection.has(document.id)}
            isDisabled={!possible(document).delete}
            onChange={(isOn) => selection.set(document.id, isOn)}
          />
        </span>
      ),
  };
  const columns: Column<Doc>[] = [
    { id: "name", header: t("knowledge.name"), cell: (document) => <Name dataset={dataset} document={document} isEditable={selection !== null} /> },
    { id: "status", header: t("documents.status"), width: "200px", cell: (document) => <DocumentStatus document={document} /> },
    {
      id: "size",
      header: t("documents.size"),
      width: "92px",
      align: "end",
      cell: (document) => <span className={styles["quiet"]}>{format.bytes(document.size_bytes)}</span>,
    },
    {
      id: "added",
      header: t("documents.added"),
      width: "128px",
      cell: (document) => (
        <span className={styles["quiet"]}>
          <Time at={document.created_at} />
        </span>
      ),
    },
  ];
  const changes: Column<Doc>[] = [
    { id: "on", header: t("documents.on"), width: "56px", cell: (document) => <OnSwitch dataset={dataset} document={document} /> },
    {
      id: "actions",
      header: t("actions.more"),
      isHeaderHidden: true,
      width: "56px",
      align: "end",
      cell: (document) => <DocumentMenu dataset={dataset} document={document} />,
    },
  ];
  return selection ? [select, ...columns, ...changes] : columns;
}

function Name({ dataset, document, isEditable }: { dataset: string; document: Doc; isEditable: boolean }) {
  const { t } = useI18n();
  return (
    <div className={styles["name"]}>
      <FileIcon name={document.name} />
      <div className={styles["nameText"]}>
        <span className={styles["nameLine"]}>
          <Link to={`/knowledge/${dataset}/documents/${document.id}`} title={document.name}>
            {document.name}
          </Link>
          {document.archived && <Badge>{t("documents.isArchived")}</Badge>}
        </span>
        {document.status === "failed" && <Failure dataset={dataset} document={document} isEditable={isEditable} />}
        {document.status === "ready" && document.note && <p className={styles["advice"]}>{document.note}</p>}
      </div>
    </div>
  );
}

/** Whether a document is found; it is in force at once. */
export function OnSwitch({ dataset, document }: { dataset: string; document: Doc }) {
  const { t } = useI18n();
  const { fail } = useToasts();
  const edit = useEditDocument(dataset);
  const isOn = document.enabled ?? true;
  return (
    <span className={styles["control"]}>
      <Switch
        isOn={edit.isPending ? (edit.variables.enabled ?? isOn) : isOn}
        isDisabled={!possible(document).toggle}
        label={<span className={styles["hidden"]}>{t("documents.onLabel", { name: document.name })}</span>}
        onChange={(enabled) => edit.mutate({ id: document.id, enabled }, { onError: fail })}
      />
    </span>
  );
}
