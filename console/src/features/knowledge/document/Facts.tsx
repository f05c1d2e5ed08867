import { Badge, CopyableId, DataList, Time } from "@/design";
import { useI18n } from "@/i18n";
import type { Doc } from "../api/documents";
import { DocumentStatus } from "../documents/DocumentStatus";

/** How a document is. */
export function Facts({ document }: { document: Doc }) {
  const { t, format } = useI18n();
  return (
    <DataList
      items={[
        { label: t("documents.status"), value: <DocumentStatus document={document} /> },
        ...(document.archived ? [{ label: t("documents.archiveFact"), value: <Badge>{t("documents.isArchived")}</Badge> }] : []),
        { label: t("documents.size"), value: format.bytes(document.size_bytes) },
        { label: t("documents.type"), value: document.mime_type },
        { label: t("documents.added"), value: <Time at={document.created_at} /> },
        { label: t("documents.updated"), value: <Time at={document.updated_at} /> },
        { label: t("knowledge.id"), value: <CopyableId id={document.id} /> },
      ]}
    />
  );
}
