import { useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useState } from "react";
import { useStore } from "zustand";
import type { Schema } from "@/api/client";
import { upload } from "@/api/upload";
import { Button, Dialog, FileDrop, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { addDocument, refreshDocuments } from "../api/documents";
import type { ChunkSpec } from "../api/datasets";
import { doToAll } from "../documents/actions";
import { draftOf, faultOf, specOf } from "../shared/chunking";
import { PreviewFiles } from "./PreviewFiles";
import { PreviewResult } from "./PreviewResult";
import { createUploadQueue } from "./queue";
import styles from "./Uploads.module.css";

type FileView = Schema<"FileView">;

interface PreviewDialogProps {
  dataset: string;
  spec: ChunkSpec;
  onClose: () => void;
}

/** Shows how files would be split and what that would cost, before anything is indexed. */
export function PreviewDialog({ dataset, spec, onClose }: PreviewDialogProps) {
  const { t } = useI18n();
  const { say, fail } = useToasts();
  const queries = useQueryClient();
  const [queue] = useState(() =>
    createUploadQueue<FileView>((_, file, options) => upload<FileView>("/api/v1/files", file, file.name, options)),
  );
  const files = useStore(queue.store, ({ uploads }) => uploads);
  const [chosenId, setChosenId] = useState<number | null>(null);
  const [draft, setDraft] = useState(() => draftOf(spec));
  const [isAdding, setIsAdding] = useState(false);
  // Text that is still being typed asks for no preview.
  const settled = useDeferredValue(draft);
  const used = faultOf(settled) === null ? specOf(settled) : undefined;
  const chosen = files.find(({ id }) => id === chosenId) ?? files.find(({ state }) => state !== "failed") ?? files[0];
  const sent = files.filter(({ state }) => state === "done");
  const isSending = files.some(({ state }) => state === "waiting" || state === "sending");
  useEffect(() => () => queue.clear(""), [queue]);

  const add = async () => {
    setIsAdding(true);
    const refused = await doToAll(sent, ({ result }) => addDocument(dataset, { file_id: result?.id ?? "" }));
    await refreshDocuments(queries, dataset);
    setIsAdding(false);
    const done = sent.length - refused.length;
    if (done > 0) say(t("documents.addedMany", { count: done }));
    for (const { item } of refused.slice(0, 1)) setChosenId(item.id);
    if (refused[0]) fail(refused[0].error);
    else onClose();
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      size="large"
      title={t("documents.previewTitle")}
      description={t("documents.previewHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button variant="primary" isBusy={isAdding} disabled={sent.length === 0 || isSending} onClick={() => void add()}>
            {sent.length > 0 ? t("documents.addMany", { count: sent.length }) : t("documents.addOne")}
          </Button>
        </>
      }
    >
      {files.length === 0 ? (
        <FileDrop isMultiple onFiles={(added) => queue.add("", added)} label={t("documents.previewDrop")} hint={t("documents.formats")} />
      ) : (
        <div className={styles["preview"]}>
          <PreviewFiles queue={queue} files={files} chosen={chosen} onChoose={setChosenId} draft={draft} onDraft={setDraft} spec={spec} />
          {chosen && <PreviewResult key={chosen.id} dataset={dataset} file={chosen} spec={used} />}
        </div>
      )}
    </Dialog>
  );
}
