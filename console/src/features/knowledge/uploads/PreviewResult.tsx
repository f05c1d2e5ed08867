import type { Schema } from "@/api/client";
import { Callout, ErrorState, Skeleton, SkeletonLines } from "@/design";
import { useI18n } from "@/i18n";
import type { ChunkSpec } from "../api/datasets";
import { usePreview, type Preview } from "../api/retrieval";
import { ChunkPlace } from "../shared/ChunkPlace";
import type { Upload } from "./queue";
import styles from "./Uploads.module.css";

interface PreviewResultProps {
  dataset: string;
  file: Upload<Schema<"FileView">>;
  /** Undefined while what is typed makes no sense. */
  spec: ChunkSpec | undefined;
}

/** How one file would be split. */
export function PreviewResult({ dataset, file, spec }: PreviewResultProps) {
  const { t } = useI18n();
  const preview = usePreview(dataset, spec ? file.result?.id : undefined, spec ?? {});
  if (file.state === "failed") {
    return file.fault ? (
      <p className={styles["previewWait"]} role="alert">
        {t(`documents.upload_${file.fault}`)}
      </p>
    ) : (
      <ErrorState error={file.error} />
    );
  }
  if (preview.isError) return <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />;
  if (!preview.data) {
    return (
      <div className={styles["previewWait"]} aria-busy>
        <Skeleton width={240} height={32} />
        <SkeletonLines lines={4} />
        <SkeletonLines lines={4} />
      </div>
    );
  }
  return <Shown preview={preview.data} isOld={preview.isPlaceholderData} />;
}

function Shown({ preview, isOld }: { preview: Preview; isOld: boolean }) {
  const { t, format } = useI18n();
  const figures = [
    { label: t("knowledge.chunks"), value: format.number(preview.total) },
    ...(preview.parents ? [{ label: t("knowledge.passages"), value: format.number(preview.parents) }] : []),
    ...(preview.model_calls ? [{ label: t("knowledge.modelCalls"), value: format.number(preview.model_calls) }] : []),
    { label: t("documents.tokens"), value: `≈ ${format.compact(preview.tokens)}` },
    { label: t("documents.cost"), value: preview.cost_usd === null ? t("documents.costUnknown") : `≈ ${format.cost(preview.cost_usd)}` },
    { label: t("knowledge.embeddingModel"), value: preview.embedding_model },
  ];
  const left = preview.total - preview.chunks.length;
  return (
    <div className={styles["previewMain"]}>
      <dl className={styles["figures"]}>
        {figures.map(({ label, value }) => (
          <div key={label} className={styles["figure"]}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {preview.note && <Callout tone="warning">{preview.note}</Callout>}
      {/* A region that scrolls must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles["previewChunks"]} role="region" aria-label={t("knowledge.chunks")} aria-busy={isOld} tabIndex={0}>
        {preview.chunks.map((chunk, index) => (
          <article key={chunk.id} className={styles["previewChunk"]}>
            <div className={styles["previewChunkHead"]}>
              <span>#{format.number(index + 1)}</span>
              <ChunkPlace place={chunk} />
              <span>{t("documents.characters", { count: chunk.text.length })}</span>
            </div>
            <p className={styles["previewChunkText"]}>{chunk.text.trimEnd()}</p>
          </article>
        ))}
        {left > 0 && <p className={styles["more"]}>{t("documents.moreChunks", { count: left })}</p>}
      </div>
    </div>
  );
}
