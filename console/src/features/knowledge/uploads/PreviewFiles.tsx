import { Plus, X } from "lucide-react";
import { useRef } from "react";
import type { Schema } from "@/api/client";
import { Button, IconButton, Progress } from "@/design";
import { useI18n } from "@/i18n";
import type { ChunkSpec } from "../api/datasets";
import { ChunkingFields } from "../shared/ChunkingFields";
import { draftOf, type SpecDraft } from "../shared/chunking";
import { FileIcon } from "../shared/FileIcon";
import type { Upload, UploadQueue } from "./queue";
import styles from "./Uploads.module.css";

interface PreviewFilesProps {
  queue: UploadQueue<Schema<"FileView">>;
  files: readonly Upload<Schema<"FileView">>[];
  chosen: Upload<Schema<"FileView">> | undefined;
  onChoose: (id: number) => void;
  draft: SpecDraft;
  onDraft: (draft: SpecDraft) => void;
  /** How the dataset splits. */
  spec: ChunkSpec;
}

/** The files to look at, and the lengths to try. */
export function PreviewFiles({ queue, files, chosen, onChoose, draft, onDraft, spec }: PreviewFilesProps) {
  const { t, format } = useI18n();
  const picker = useRef<HTMLInputElement>(null);
  const own = draftOf(spec);
  const isTried = JSON.stringify(draft) !== JSON.stringify(own);
  return (
    <div className={styles["previewFiles"]}>
      <ul aria-label={t("documents.files")}>
        {files.map((file) => (
          <li key={file.id} className={styles["previewFile"]} data-chosen={file === chosen ? "" : undefined}>
            <FileIcon name={file.file.name} />
            <button
              type="button"
              className={styles["previewChoose"]}
              aria-pressed={file === chosen}
              onClick={() => onChoose(file.id)}
            >
              <span className={styles["rowText"]}>
                <span className={styles["rowName"]}>{file.file.name}</span>
                <span className={file.state === "failed" ? styles["rowFailed"] : styles["rowFact"]}>
                  {file.state === "failed" ? t("documents.notSent") : format.bytes(file.file.size)}
                </span>
                {(file.state === "sending" || file.state === "waiting") && (
                  <Progress share={file.share} label={t("documents.uploadOf", { name: file.file.name })} />
                )}
              </span>
            </button>
            <IconButton icon={X} size="small" label={`${t("actions.remove")}: ${file.file.name}`} onClick={() => queue.remove(file.id)} />
          </li>
        ))}
        <li className={styles["previewMore"]}>
          <Button size="small" variant="ghost" icon={Plus} onClick={() => picker.current?.click()}>
            {t("documents.filesMore")}
          </Button>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label={t("documents.filesMore")}
            onChange={(event) => {
              queue.add("", [...(event.target.files ?? [])]);
              event.target.value = "";
            }}
          />
        </li>
      </ul>
      <div className={styles["previewSettings"]}>
        <ChunkingFields draft={draft} onChange={onDraft} isShort />
        <p className={styles["previewNote"]}>{isTried ? t("documents.previewTried") : t("documents.previewOwn")}</p>
      </div>
    </div>
  );
}
