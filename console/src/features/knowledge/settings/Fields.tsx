import { Tags } from "lucide-react";
import { Badge, Card, EmptyState, ErrorState, Table, type Column } from "@/design";
import { useI18n } from "@/i18n";
import { useFields, type DatasetField } from "../api/datasets";
import styles from "./Settings.module.css";

/** The fields that documents carry, which filters can ask. */
export function Fields({ dataset }: { dataset: string }) {
  const { t, format } = useI18n();
  const fields = useFields(dataset);
  const columns: Column<DatasetField>[] = [
    { id: "name", header: t("documents.fieldName"), cell: (field) => <code>{field.name}</code> },
    { id: "type", header: t("documents.fieldKind"), width: "120px", cell: (field) => <Badge>{t(`knowledge.type_${field.type ?? "any"}`)}</Badge> },
    {
      id: "examples",
      header: t("knowledge.examples"),
      cell: (field) => <span className={styles["examples"]}>{(field.examples ?? []).map(String).join(", ")}</span>,
    },
    { id: "documents", header: t("knowledge.documents"), width: "100px", align: "end", cell: (field) => format.number(field.documents ?? 0) },
  ];
  return (
    <Card title={t("knowledge.fields")} description={t("knowledge.fieldsHint")} isFlush>
      {fields.isError ? (
        <ErrorState error={fields.error} onRetry={() => void fields.refetch()} />
      ) : (
        <Table
          label={t("knowledge.fields")}
          columns={columns}
          rows={fields.data}
          rowKey={({ name }) => name}
          skeletonRows={2}
          empty={
            <EmptyState icon={Tags} title={t("knowledge.fieldsEmpty")} isCompact>
              {t("knowledge.fieldsEmptyHint")}
            </EmptyState>
          }
        />
      )}
    </Card>
  );
}
