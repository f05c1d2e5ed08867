import { Upload } from "lucide-react";
import { useState, type DragEvent, type ReactNode } from "react";
import { useI18n } from "@/i18n";
import styles from "./Uploads.module.css";

/** Takes files that are dropped anywhere on what is inside it. */
export function DropZone({ name, onFiles, children }: { name: string; onFiles?: ((files: File[]) => void) | undefined; children: ReactNode }) {
  const { t } = useI18n();
  // Every element that the pointer crosses tells of itself; the last one to leave counts.
  const [depth, setDepth] = useState(0);
  if (!onFiles) return <div className={styles["zone"]}>{children}</div>;
  const onlyFiles = (handle: (event: DragEvent) => void) => (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    handle(event);
  };
  return (
    <div
      className={styles["zone"]}
      role="presentation"
      onDragEnter={onlyFiles(() => setDepth((before) => before + 1))}
      onDragOver={onlyFiles(() => undefined)}
      onDragLeave={onlyFiles(() => setDepth((before) => Math.max(0, before - 1)))}
      onDrop={onlyFiles((event) => {
        setDepth(0);
        onFiles([...event.dataTransfer.files]);
      })}
    >
      {children}
      {depth > 0 && (
        <div className={styles["over"]} aria-hidden>
          <div className={styles["overBox"]}>
            <Upload size={22} />
            {t("documents.dropHere", { name })}
          </div>
        </div>
      )}
    </div>
  );
}
