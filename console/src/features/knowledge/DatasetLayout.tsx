import { Outlet, useParams } from "react-router";
import { ErrorState, Page, TabLinks } from "@/design";
import { useI18n } from "@/i18n";
import { useDataset } from "./api/datasets";
import styles from "./Layout.module.css";

/** One dataset: its documents, a place to try retrieval, its settings. */
export function Component() {
  const { t } = useI18n();
  const { dataset: ref = "" } = useParams();
  const dataset = useDataset(ref);
  const root = `/knowledge/${ref}`;
  const contents = [
    { to: root, label: t("knowledge.documents"), isExact: true },
    { to: `${root}/sources`, label: t("sources.tab") },
  ];
  if (dataset.isError) {
    return (
      <Page>
        <ErrorState error={dataset.error} onRetry={() => void dataset.refetch()} />
      </Page>
    );
  }
  return (
    <div className={styles["layout"]}>
      <div className={styles["tabs"]}>
        <TabLinks
          label={dataset.data?.name ?? ref}
          links={[
            ...(dataset.data?.external ? [] : contents),
            { to: `${root}/retrieval`, label: t("knowledge.retrieval") },
            { to: `${root}/settings`, label: t("knowledge.settings") },
          ]}
        />
      </div>
      <div className={styles["page"]}>
        <Outlet />
      </div>
    </div>
  );
}
