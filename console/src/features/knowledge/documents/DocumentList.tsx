import { FileUp, SearchX } from "lucide-react";
import { Button, Card, EmptyState, ErrorState, FileDrop, LoadMore, Table } from "@/design";
import { useI18n } from "@/i18n";
import { useDocumentColumns } from "./columns";
import { DocumentFilters } from "./DocumentFilters";
import { SelectionBar } from "./SelectionBar";
import { useSelection } from "./use-selection";
import { useShownDocuments } from "./use-shown-documents";
import styles from "./Documents.module.css";

interface DocumentListProps {
  dataset: string;
  /** Left out for those who may only read. */
  onFiles?: ((files: File[]) => void) | undefined;
}

/** The documents of a dataset. */
export function DocumentList({ dataset, onFiles }: DocumentListProps) {
  const { t } = useI18n();
  const { documents, shown, isNarrowed, isSearching, narrow, ...filter } = useShownDocuments(dataset);
  const selection = useSelection(shown);
  const columns = useDocumentColumns(dataset, onFiles ? selection : null);
  const isNone = documents.data !== undefined && shown.length === 0 && !documents.hasNextPage;
  if (documents.isError && !documents.data) return <ErrorState error={documents.error} onRetry={() => void documents.refetch()} />;
  if (isNone && !isNarrowed) return <NoDocuments onFiles={onFiles} />;
  return (
    <>
      {selection.chosen.length > 0 ? (
        <SelectionBar dataset={dataset} selection={selection} />
      ) : (
        <DocumentFilters {...filter} onChange={narrow} />
      )}
      {isNone ? (
        <EmptyState
          icon={SearchX}
          title={t("documents.noneFit")}
          action={<Button onClick={() => narrow({ status: undefined, search: "" })}>{t("documents.clearFilters")}</Button>}
        />
      ) : (
        <Card isFlush>
          <Table label={t("knowledge.documents")} columns={columns} rows={documents.data ? shown : undefined} rowKey={({ id }) => id} />
        </Card>
      )}
      {!isSearching && <LoadMore pages={documents} />}
    </>
  );
}

function NoDocuments({ onFiles }: { onFiles: ((files: File[]) => void) | undefined }) {
  const { t } = useI18n();
  if (!onFiles) return <EmptyState icon={FileUp} title={t("documents.emptyTitle")} />;
  return (
    <div className={styles["emptyDrop"]}>
      <FileDrop isMultiple onFiles={onFiles} label={t("documents.emptyDrop")} hint={t("documents.formats")} />
      <p>{t("documents.emptyHint")}</p>
    </div>
  );
}
