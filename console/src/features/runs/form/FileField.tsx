import { isGiven } from "../model";
import { File as FileIcon, RotateCw, X } from "lucide-react";
import type { Schema } from "@/api/client";
import { upload } from "@/api/upload";
import { FileDrop, IconButton, Progress, useProblemText } from "@/design";
import { useI18n } from "@/i18n";
import { acceptAttribute, isAccepted, typeOf, type FileEntry, type FormField } from "./fields";
import styles from "./Form.module.css";

export type FilesChange = (change: (files: FileEntry[]) => FileEntry[]) => void;

interface FileFieldProps {
  field: FormField;
  files: FileEntry[];
  onChange: FilesChange;
}

/** Files of a form, sent to the gateway as soon as they are chosen. */
export function FileField({ field, files, onChange }: FileFieldProps) {
  const { t, format } = useI18n();
  const isMany = typeOf(field) === "files";
  const take = (chosen: File[]) => {
    for (const file of chosen) sendFile(file, field, onChange, isMany);
  };
  const hints = [field.accept?.join(", "), isGiven(field.max_size_bytes) && t("forms.upTo", { size: format.bytes(field.max_size_bytes) })];
  return (
    <div className={styles["files"]}>
      {files.length > 0 && (
        <ul className={styles["list"]}>
          {files.map((file) => (
            <FileRow key={file.key} file={file} onRemove={() => onChange((all) => all.filter((one) => one.key !== file.key))} />
          ))}
        </ul>
      )}
      {(isMany || files.length === 0) && (
        <FileDrop
          isMultiple={isMany}
          accept={acceptAttribute(field.accept)}
          label={isMany ? t("forms.dropFiles") : t("forms.dropFile")}
          hint={hints.filter(Boolean).join(" · ")}
          onFiles={take}
        />
      )}
    </div>
  );
}

/** Sends a file; what becomes of it is told through `onChange`. */
export function sendFile(file: File, field: FormField, onChange: FilesChange, isMany: boolean): void {
  const key = crypto.randomUUID();
  const entry: FileEntry = { key, name: file.name, sizeBytes: file.size, mimeType: file.type };
  const patch = (change: Partial<FileEntry>) =>
    onChange((all) => all.map((one) => (one.key === key ? { ...one, ...change } : one)));
  const isFine = isAccepted(entry, field.accept) && (!isGiven(field.max_size_bytes) || file.size <= field.max_size_bytes);
  onChange((all) => [...(isMany ? all : []), { ...entry, ...(isFine ? { share: 0 } : { error: "unfit" }) }]);
  if (!isFine) return;
  upload<Schema<"FileView">>("/api/v1/files", file, file.name, {
    onProgress: (sent, total) => patch({ share: sent / total }),
  })
    .then((stored) => patch({ id: stored.id, mimeType: stored.mime_type, share: undefined }))
    .catch((error: unknown) => patch({ error, share: undefined }));
}

export function FileRow({ file, onRemove }: { file: FileEntry; onRemove: () => void }) {
  const { t, format } = useI18n();
  const { detail, title } = useProblemText(file.error);
  const isUnfit = file.error === "unfit";
  return (
    <li className={styles["file"]} data-failed={file.error !== undefined || undefined}>
      {file.error !== undefined && !isUnfit ? <RotateCw size={14} aria-hidden /> : <FileIcon size={14} aria-hidden />}
      <span className={styles["name"]}>{file.name}</span>
      <span className={styles["size"]}>{format.bytes(file.sizeBytes)}</span>
      {file.share !== undefined && (
        <span className={styles["progress"]}>
          <Progress share={file.share} label={t("forms.sending", { name: file.name })} />
        </span>
      )}
      {file.error !== undefined && <span className={styles["error"]}>{isUnfit ? t("forms.unfit") : detail || title}</span>}
      <IconButton size="small" icon={X} label={t("forms.removeFile", { name: file.name })} onClick={onRemove} />
    </li>
  );
}
