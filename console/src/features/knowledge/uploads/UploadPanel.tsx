import { Check, ChevronDown, CircleAlert, RotateCw, X } from "lucide-react";
import { useEffect, useState } from "react";
import { classes, IconButton, Progress, useProblemText } from "@/design";
import { useI18n } from "@/i18n";
import { FileIcon } from "../shared/FileIcon";
import { documentUploads, isUnchanged, useDocumentUploads, type DocumentUpload } from "./document-uploads";
import styles from "./Uploads.module.css";

/** The files on their way into a dataset, in the corner: how far each is, and what failed. */
export function UploadPanel({ dataset }: { dataset: string }) {
  const { t } = useI18n();
  const uploads = useDocumentUploads(dataset);
  const [isOpen, setIsOpen] = useState(true);
  const left = uploads.filter(({ state }) => state === "waiting" || state === "sending").length;
  const failed = uploads.filter(({ state }) => state === "failed").length;
  useWarnBeforeLeaving(left > 0);
  if (uploads.length === 0) return null;
  const done = uploads.length - left - failed;
  const title =
    left > 0
      ? t("documents.uploading", { count: left })
      : failed > 0
        ? t("documents.uploadedSome", { done: String(done), failed: String(failed) })
        : t("documents.uploaded", { count: done });
  return (
    <section className={styles["panel"]} aria-label={t("documents.uploads")}>
      <header className={styles["panelHead"]}>
        <strong role="status">{title}</strong>
        <IconButton
          icon={ChevronDown}
          size="small"
          label={isOpen ? t("documents.uploadsFold") : t("documents.uploadsUnfold")}
          aria-expanded={isOpen}
          className={classes(styles["fold"], !isOpen && styles["folded"])}
          onClick={() => setIsOpen((before) => !before)}
        />
        <IconButton
          icon={X}
          size="small"
          label={left > 0 ? t("documents.uploadsStop") : t("actions.close")}
          onClick={() => documentUploads.clear(dataset)}
        />
      </header>
      {isOpen && (
        <ul className={styles["panelList"]}>
          {uploads.map((upload) => (
            <Row key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ upload }: { upload: DocumentUpload }) {
  const { t } = useI18n();
  const { file, state, share } = upload;
  const isOnItsWay = state === "waiting" || state === "sending";
  return (
    <li className={styles["row"]}>
      <FileIcon name={file.name} />
      <div className={styles["rowText"]}>
        <span className={styles["rowName"]} title={file.name}>
          {file.name}
        </span>
        {isOnItsWay ? (
          <Progress share={share} label={t("documents.uploadOf", { name: file.name })} />
        ) : (
          <Outcome upload={upload} />
        )}
      </div>
      {state === "done" && <Check size={15} className={styles["done"]} aria-hidden />}
      {state === "failed" && !upload.fault && (
        <IconButton icon={RotateCw} size="small" label={t("actions.tryAgain")} onClick={() => documentUploads.retry(upload.id)} />
      )}
      {state !== "done" && (
        <IconButton
          icon={X}
          size="small"
          label={`${isOnItsWay ? t("documents.uploadStop") : t("actions.remove")}: ${file.name}`}
          onClick={() => documentUploads.remove(upload.id)}
        />
      )}
    </li>
  );
}

function Outcome({ upload }: { upload: DocumentUpload }) {
  const { t, format } = useI18n();
  const problem = useProblemText(upload.error);
  if (upload.state === "done") {
    const text = isUnchanged(upload) ? t("documents.uploadUnchanged") : t("documents.uploadAdded");
    return (
      <span className={styles["rowFact"]}>
        {format.bytes(upload.file.size)} · {text}
      </span>
    );
  }
  const reason = upload.fault ? t(`documents.upload_${upload.fault}`) : problem.detail || problem.title;
  return (
    <span className={styles["rowFailed"]}>
      <CircleAlert size={13} aria-hidden /> {reason}
    </span>
  );
}

function useWarnBeforeLeaving(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isOn]);
}
