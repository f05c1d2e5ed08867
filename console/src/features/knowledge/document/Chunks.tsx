import { Plus, Rows3 } from "lucide-react";
import { useEffect, useState } from "react";
import { useLocation } from "react-router";
import { Button, EmptyState, ErrorState, LoadMore, Skeleton, SkeletonLines } from "@/design";
import { useI18n } from "@/i18n";
import { useChunks } from "../api/chunks";
import { isUnsettled, type Doc } from "../api/documents";
import { useWholeList } from "../shared/use-whole-list";
import { AddChunkDrawer } from "./AddChunkDrawer";
import { ChunkCard } from "./ChunkCard";
import styles from "./Document.module.css";

const PREFIX = "#chunk-";

/** The chunks of a document in order; the address may name one, which is looked for and marked. */
export function Chunks({ dataset, document, isEditable }: { dataset: string; document: Doc; isEditable: boolean }) {
  const { t } = useI18n();
  const { hash, key } = useLocation();
  const [isAdding, setIsAdding] = useState(false);
  const wanted = hash.startsWith(PREFIX) ? decodeURIComponent(hash.slice(PREFIX.length)) : null;
  const chunks = useChunks({ dataset, document: document.id }, `${document.content_hash}.${document.status}`, true);
  const isThere = wanted !== null && chunks.items.some(({ id }) => id === wanted);
  useWholeList(chunks, wanted !== null && !isThere);
  useEffect(() => {
    if (!isThere) return;
    const element = window.document.getElementById(`chunk-${wanted}`);
    element?.scrollIntoView({ block: "center" });
    element?.focus({ preventScroll: true });
  }, [isThere, wanted, key]);
  const place = { dataset, document: document.id };
  return (
    <section className={styles["chunks"]} aria-label={t("knowledge.chunks")}>
      <div className={styles["chunksHead"]}>
        <h2>{t("knowledge.chunkCount", { count: document.chunks_done })}</h2>
        {isEditable && (
          <Button size="small" icon={Plus} onClick={() => setIsAdding(true)}>
            {t("documents.chunkAdd")}
          </Button>
        )}
      </div>
      {wanted !== null && chunks.data && !isThere && !chunks.hasNextPage && (
        <p className={styles["gone"]} role="status">
          {t("documents.chunkGone")}
        </p>
      )}
      {chunks.isError && !chunks.data ? (
        <ErrorState error={chunks.error} onRetry={() => void chunks.refetch()} />
      ) : !chunks.data ? (
        <Waiting />
      ) : chunks.items.length === 0 ? (
        <EmptyState icon={Rows3} title={t("documents.chunksEmpty")} isCompact>
          {isUnsettled(document) ? t("documents.chunksSoon") : t("documents.chunksNone")}
        </EmptyState>
      ) : (
        <ol className={styles["list"]}>
          {chunks.items.map((chunk) => (
            <ChunkCard key={chunk.id} place={place} chunk={chunk} isEditable={isEditable} isMarked={chunk.id === wanted} />
          ))}
        </ol>
      )}
      <LoadMore pages={chunks} />
      {isAdding && <AddChunkDrawer place={place} onClose={() => setIsAdding(false)} />}
    </section>
  );
}

function Waiting() {
  return (
    <ol className={styles["list"]} aria-busy>
      {[0, 1, 2, 3].map((row) => (
        <li key={row} className={styles["chunk"]}>
          <div className={styles["chunkHead"]}>
            <Skeleton width={160} height={12} style={{ margin: "8px 0" }} />
          </div>
          <SkeletonLines lines={3} />
        </li>
      ))}
    </ol>
  );
}
