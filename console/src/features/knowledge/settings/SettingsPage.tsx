import { useParams } from "react-router";
import { Page, PageHeader, SkeletonLines } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useDataset } from "../api/datasets";
import { Place } from "../external/Place";
import { Access } from "./Access";
import { Contents } from "./Contents";
import { DangerZone } from "./DangerZone";
import { Fields } from "./Fields";
import { General } from "./General";
import { Indexing } from "./Indexing";
import styles from "./Settings.module.css";

/** What a dataset is called, how it indexes, what it holds, and its end. */
export function Component() {
  const { t } = useI18n();
  const { may } = useSession();
  const { dataset: ref = "" } = useParams();
  const dataset = useDataset(ref);
  return (
    <Page>
      <PageHeader title={t("knowledge.settings")} />
      {dataset.data ? (
        <div className={styles["sections"]}>
          <General key={dataset.data.id} dataset={dataset.data} isReadOnly={!may("datasets:write")} />
          {dataset.data.external ? (
            <Place external={dataset.data.external} />
          ) : (
            <Indexing dataset={dataset.data} isReadOnly={!may("datasets:write")} />
          )}
          <Access dataset={ref} isReadOnly={!may("datasets:write")} />
          {!dataset.data.external && (
            <>
              <Contents dataset={ref} />
              <Fields dataset={ref} />
            </>
          )}
          {may("datasets:write") && <DangerZone dataset={dataset.data} />}
        </div>
      ) : (
        <SkeletonLines lines={6} />
      )}
    </Page>
  );
}
