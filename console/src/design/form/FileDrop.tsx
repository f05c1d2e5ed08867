import { Upload } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { classes } from "@/design/classes";
import styles from "./FileDrop.module.css";

export interface FileDropProps {
  onFiles: (files: File[]) => void;
  /** As in `<input accept>`. */
  accept?: string;
  isMultiple?: boolean;
  label: ReactNode;
  hint?: ReactNode;
}

/** Takes files by dropping or choosing. */
export function FileDrop({ onFiles, accept, isMultiple = false, label, hint }: FileDropProps) {
  const id = useId();
  const [isOver, setIsOver] = useState(false);
  const take = (files: FileList | null) => {
    const list = [...(files ?? [])];
    if (list.length > 0) onFiles(isMultiple ? list : list.slice(0, 1));
  };
  return (
    <label
      htmlFor={id}
      className={classes(styles["drop"], isOver && styles["over"])}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <Upload size={20} aria-hidden />
      <span className={styles["label"]}>{label}</span>
      {hint && <span className={styles["hint"]}>{hint}</span>}
      <input
        id={id}
        type="file"
        accept={accept}
        multiple={isMultiple}
        className={styles["input"]}
        onChange={(event) => {
          take(event.target.files);
          event.target.value = "";
        }}
      />
    </label>
  );
}
