import { Navigate, useParams } from "react-router";
import { Page, PageHeader } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useDataset } from "../api/datasets";
import { documentUploads } from "../uploads/document-uploads";
import { DropZone } from "../uploads/DropZone";
import { UploadPanel } from "../uploads/UploadPanel";
import { AddDocuments } from "./AddDocuments";
import { DocumentList } from "./DocumentList";

/** The documents of a dataset: what is in it, how far each is, and how more get in. */
export function Component() {
  const { t } = useI18n();
  const { may } = useSession();
  const { dataset: ref = "" } = useParams();
  const dataset = useDataset(ref);
  const name = dataset.data?.name ?? t("knowledge.documents");
  const addFiles = may("datasets:write") ? (files: File[]) => documentUploads.add(ref, files) : undefined;
  // What is kept elsewhere has no documents here.
  if (dataset.data?.external) return <Navigate to="retrieval" replace />;
  return (
    <DropZone name={name} onFiles={addFiles}>
      <Page>
        <PageHeader
          title={name}
          description={dataset.data?.description}
          actions={addFiles && <AddDocuments dataset={ref} spec={dataset.data?.chunk_spec} onFiles={addFiles} />}
        />
        <DocumentList dataset={ref} onFiles={addFiles} />
      </Page>
      <UploadPanel dataset={ref} />
    </DropZone>
  );
}
