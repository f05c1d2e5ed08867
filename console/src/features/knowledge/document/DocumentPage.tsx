import { CircleAlert } from "lucide-react";
import { useNavigate, useParams } from "react-router";
import { Card, ErrorState, Page, PageHeader, SkeletonLines } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useDocument, type Doc } from "../api/documents";
import { OnSwitch } from "../documents/columns";
import { DocumentMenu } from "../documents/DocumentMenu";
import { Failure } from "../documents/Failure";
import { Chunks } from "./Chunks";
import { Facts } from "./Facts";
import { Metadata } from "./Metadata";
import styles from "./Document.module.css";

/** One document: the chunks it was split into, its fields, and how it is. */
export function Component() {
  const { dataset: ref = "", document: id = "" } = useParams();
  const document = useDocument(ref, id);
  if (document.isError && !document.data) {
    return (
      <Page>
        <ErrorState error={document.error} onRetry={() => void document.refetch()} />
      </Page>
    );
  }
  if (!document.data) {
    return (
      <Page>
        <SkeletonLines lines={6} />
      </Page>
    );
  }
  return <Shown dataset={ref} document={document.data} />;
}

function Shown({ dataset, document }: { dataset: string; document: Doc }) {
  const { t } = useI18n();
  const { may } = useSession();
  const navigate = useNavigate();
  const mayWrite = may("datasets:write");
  return (
    <Page>
      <PageHeader
        title={document.name}
        actions={
          mayWrite && (
            <div className={styles["actions"]}>
              <span aria-hidden>{t("documents.on")}</span>
              <OnSwitch dataset={dataset} document={document} />
              <DocumentMenu dataset={dataset} document={document} onDeleted={() => void navigate(`/knowledge/${dataset}`)} />
            </div>
          )
        }
      />
      {document.status === "failed" && (
        <div className={styles["failed"]}>
          <CircleAlert size={16} aria-hidden />
          <Failure dataset={dataset} document={document} isEditable={mayWrite} isWhole />
        </div>
      )}
      <div className={styles["columns"]}>
        <Chunks dataset={dataset} document={document} isEditable={mayWrite && document.status === "ready" && !document.archived} />
        <aside className={styles["side"]} aria-label={t("documents.facts")}>
          <Card title={t("documents.facts")}>
            <Facts document={document} />
          </Card>
          <Metadata
            key={JSON.stringify(document.metadata)}
            dataset={dataset}
            document={document}
            isReadOnly={!mayWrite || document.archived === true}
          />
        </aside>
      </div>
    </Page>
  );
}
