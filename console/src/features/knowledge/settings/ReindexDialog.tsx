import { useId, useState } from "react";
import { Button, Callout, Dialog, ErrorNote, FieldStack, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useReindex, type Dataset } from "../api/datasets";
import { ChunkerField, ChunkingFields } from "../shared/ChunkingFields";
import { draftOf, faultOf, specOf } from "../shared/chunking";

/** Splits every document in another way. */
export function ReindexDialog({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const form = useId();
  const reindex = useReindex(dataset.id);
  const [chunker, setChunker] = useState(dataset.chunker);
  const [draft, setDraft] = useState(() => draftOf(dataset.chunk_spec));
  const isReady = faultOf(draft) === null;
  const start = () =>
    reindex.mutate(
      { chunker, chunk_spec: specOf(draft) },
      {
        onSuccess: ({ documents }) => {
          say(t("knowledge.reindexed", { count: documents }));
          onClose();
        },
      },
    );
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("knowledge.reindexTitle")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button type="submit" form={form} variant="primary" isBusy={reindex.isPending} disabled={!isReady}>
            {t("knowledge.reindexStart")}
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !reindex.isPending) start();
        }}
      >
        <FieldStack>
          <Callout tone="warning">{t("knowledge.reindexHint")}</Callout>
          <ChunkerField value={chunker} onChange={setChunker} />
          <ChunkingFields draft={draft} onChange={setDraft} />
          {reindex.error && <ErrorNote error={reindex.error} />}
        </FieldStack>
      </form>
    </Dialog>
  );
}
