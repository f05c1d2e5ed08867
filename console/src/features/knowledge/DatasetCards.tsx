import { FileText, Library, Lock, PlugZap, Rows3 } from "lucide-react";
import { Link } from "react-router";
import { Badge, Skeleton, Time, Tooltip } from "@/design";
import { useI18n } from "@/i18n";
import type { Dataset } from "./api/datasets";
import styles from "./Datasets.module.css";

/** Datasets as cards; grey ones while they are on their way. */
export function DatasetCards({ datasets }: { datasets: Dataset[] | undefined }) {
  return (
    <ul className={styles["grid"]} aria-busy={datasets === undefined}>
      {datasets
        ? datasets.map((dataset) => <DatasetCard key={dataset.id} dataset={dataset} />)
        : Array.from({ length: 6 }, (_, index) => <CardSkeleton key={index} />)}
    </ul>
  );
}

function DatasetCard({ dataset }: { dataset: Dataset }) {
  const { t } = useI18n();
  const told = dataset.external?.endpoint ?? dataset.embedding_model;
  const Sign = dataset.external ? PlugZap : Library;
  return (
    <li className={styles["card"]}>
      <div className={styles["cardHead"]}>
        <span className={styles["sign"]}>
          <Sign size={17} aria-hidden />
        </span>
        <div className={styles["cardName"]}>
          <Link to={`/knowledge/${dataset.id}`} className={styles["cardLink"]} title={dataset.name}>
            {dataset.name}
          </Link>
          <span className={styles["cardModel"]} title={told}>
            {told}
          </span>
        </div>
      </div>
      <p className={styles["cardText"]}>{dataset.description || t("knowledge.noDescription")}</p>
      <div className={styles["cardFoot"]}>
        {dataset.external ? <Badge>{t("external.isExternal")}</Badge> : <Counts dataset={dataset} />}
        {dataset.restricted && (
          <Tooltip label={t("knowledge.isRestricted")}>
            <span className={styles["fact"]}>
              <Lock size={13} aria-hidden />
              <span className={styles["hidden"]}>{t("knowledge.isRestricted")}</span>
            </span>
          </Tooltip>
        )}
        {(dataset.tags ?? []).slice(0, 2).map((tag) => (
          <Badge key={tag}>{tag}</Badge>
        ))}
        <span className={styles["cardTime"]}>
          <Time at={dataset.created_at} />
        </span>
      </div>
    </li>
  );
}

function Counts({ dataset }: { dataset: Dataset }) {
  const { t, format } = useI18n();
  return (
    <>
      <Tooltip label={t("knowledge.documentCount", { count: dataset.documents })}>
        <span className={styles["fact"]}>
          <FileText size={13} aria-hidden />
          <span aria-hidden>{format.compact(dataset.documents)}</span>
          <span className={styles["hidden"]}>{t("knowledge.documentCount", { count: dataset.documents })}</span>
        </span>
      </Tooltip>
      <Tooltip label={t("knowledge.chunkCount", { count: dataset.chunks })}>
        <span className={styles["fact"]}>
          <Rows3 size={13} aria-hidden />
          <span aria-hidden>{format.compact(dataset.chunks)}</span>
          <span className={styles["hidden"]}>{t("knowledge.chunkCount", { count: dataset.chunks })}</span>
        </span>
      </Tooltip>
    </>
  );
}

function CardSkeleton() {
  return (
    <li className={styles["card"]}>
      <div className={styles["cardHead"]}>
        <Skeleton width={36} height={36} style={{ borderRadius: 8 }} />
        <div className={styles["cardName"]}>
          <Skeleton width={130} style={{ margin: "3px 0" }} />
          <Skeleton width={90} height={11} style={{ margin: "3px 0" }} />
        </div>
      </div>
      <p className={styles["cardText"]}>
        <Skeleton width="85%" height={12} />
      </p>
      <div className={styles["cardFoot"]}>
        <Skeleton width={72} height={14} />
      </div>
    </li>
  );
}
