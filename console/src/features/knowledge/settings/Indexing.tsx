import { useState } from "react";
import { Button, Callout, Card, DataList, ErrorNote, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useStopMove, type Dataset } from "../api/datasets";
import { CHUNKERS, draftOf, shownSeparator } from "../shared/chunking";
import { MoveDialog } from "./MoveDialog";
import { ReindexDialog } from "./ReindexDialog";
import styles from "./Settings.module.css";

/** How documents are indexed; another way means that all of them are indexed anew. */
export function Indexing({ dataset, isReadOnly }: { dataset: Dataset; isReadOnly: boolean }) {
  const { t, format } = useI18n();
  const [dialog, setDialog] = useState<"reindex" | "move" | null>(null);
  const spec = draftOf(dataset.chunk_spec);
  const ours = CHUNKERS.find((chunker) => chunker === dataset.chunker);
  const characters = (count: string) => t("documents.characters", { count: Number(count) });
  const isFree = !isReadOnly && !dataset.move && !dataset.external;
  return (
    <Card
      title={t("knowledge.indexing")}
      description={t("knowledge.indexingHint")}
      actions={
        isFree && (
          <>
            <Button size="small" onClick={() => setDialog("move")}>
              {t("knowledge.move")}
            </Button>
            <Button size="small" onClick={() => setDialog("reindex")}>
              {t("knowledge.reindex")}
            </Button>
          </>
        )
      }
    >
      {dataset.move && <Moving dataset={dataset} move={dataset.move} isReadOnly={isReadOnly} />}
      <DataList
        items={[
          { label: t("knowledge.embeddingModel"), value: <code>{dataset.embedding_model}</code> },
          { label: t("knowledge.dimensions"), value: format.number(dataset.dimensions) },
          { label: t("knowledge.store"), value: <code>{dataset.store}</code> },
          { label: t("knowledge.chunker"), value: ours ? t(`knowledge.chunker_${ours}`) : <code>{dataset.chunker}</code> },
          { label: t("knowledge.chunkSize"), value: characters(spec.size) },
          { label: t("knowledge.overlap"), value: characters(spec.overlap) },
          ...(spec.tokens ? [{ label: t("knowledge.maxTokens"), value: format.number(Number(spec.tokens)) }] : []),
          ...(spec.hasChildren ? [{ label: t("knowledge.childSize"), value: characters(spec.childSize) }] : []),
          ...(spec.questions ? [{ label: t("knowledge.questions"), value: t("knowledge.questionsEach", { count: format.number(spec.questions) }) }] : []),
          ...(spec.readsPictures ? [{ label: t("knowledge.pictures"), value: <code>{spec.seeing.model ?? "default"}</code> }] : []),
          ...(spec.clean.length > 0
            ? [{ label: t("knowledge.cleaning"), value: spec.clean.map((rule) => t(`knowledge.clean_${rule}`)).join(" · ") }]
            : []),
          {
            label: t("knowledge.separators"),
            value: (
              <span className={styles["separators"]}>
                {spec.separators.map((separator) => (
                  <code key={separator}>{shownSeparator(separator)}</code>
                ))}
              </span>
            ),
          },
        ]}
      />
      {dialog === "reindex" && <ReindexDialog dataset={dataset} onClose={() => setDialog(null)} />}
      {dialog === "move" && <MoveDialog dataset={dataset} onClose={() => setDialog(null)} />}
    </Card>
  );
}

interface MovingProps {
  dataset: Dataset;
  move: NonNullable<Dataset["move"]>;
  isReadOnly: boolean;
}

/** A dataset on its way to another model or store. */
function Moving({ dataset, move, isReadOnly }: MovingProps) {
  const { t } = useI18n();
  const { fail } = useToasts();
  const stop = useStopMove(dataset.id);
  return (
    <div className={styles["moving"]}>
      <Callout tone={move.error ? "warning" : "info"}>
        <p role="status">{t("knowledge.moveGoing", { model: move.embedding_model, count: move.chunks_done ?? 0 })}</p>
        {move.error && <p>{move.error}</p>}
        {!isReadOnly && (
          <Button size="small" isBusy={stop.isPending} onClick={() => stop.mutate(undefined, { onError: fail })}>
            {t("knowledge.moveStop")}
          </Button>
        )}
      </Callout>
      {stop.error && <ErrorNote error={stop.error} />}
    </div>
  );
}
