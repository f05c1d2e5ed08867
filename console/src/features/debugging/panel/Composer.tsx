import { ArrowUp, MessageSquarePlus, Paperclip } from "lucide-react";
import { useRef, useState } from "react";
import { IconButton } from "@/design";
import { FileRow, sendFile, type FileEntry } from "@/features/runs";
import { useI18n } from "@/i18n";
import styles from "./Panel.module.css";

interface ComposerProps {
  isBusy: boolean;
  isFine: boolean;
  /** Tells whether it was sent; what was typed stays otherwise. */
  onSend: (query: string, files: string[]) => Promise<boolean>;
  onRenew?: (() => void) | undefined;
}

/** Where a message is written. Enter sends it, Shift and Enter begin a new line. */
export function Composer({ isBusy, isFine, onSend, onRenew }: ComposerProps) {
  const { t } = useI18n();
  const [text, setText] = useState("");
  const [files, setFiles] = useState<FileEntry[]>([]);
  const chooser = useRef<HTMLInputElement>(null);
  const isReady = text.trim() !== "" && isFine && !isBusy && files.every((file) => file.id !== undefined);
  const send = async () => {
    if (!isReady) return;
    const isSent = await onSend(
      text.trim(),
      files.map((file) => file.id ?? ""),
    );
    if (!isSent) return;
    setText("");
    setFiles([]);
  };
  return (
    <form
      className={styles["composer"]}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {files.length > 0 && (
        <ul className={styles["attached"]}>
          {files.map((file) => (
            <FileRow key={file.key} file={file} onRemove={() => setFiles((all) => all.filter((one) => one.key !== file.key))} />
          ))}
        </ul>
      )}
      <textarea
        aria-label={t("debugging.panelMessage")}
        placeholder={t("debugging.panelMessage")}
        rows={2}
        value={text}
        autoFocus
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          // While a word is being composed (Chinese, Japanese) Enter only chooses it.
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <div className={styles["tools"]}>
        <IconButton icon={Paperclip} label={t("debugging.panelAttach")} onClick={() => chooser.current?.click()} />
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            for (const file of event.target.files ?? []) sendFile(file, { name: "files", type: "files" }, setFiles, true);
            event.target.value = "";
          }}
        />
        {onRenew && <IconButton icon={MessageSquarePlus} label={t("debugging.panelNewChat")} onClick={onRenew} />}
        <span className={styles["grow"]} />
        <button type="submit" className={styles["send"]} disabled={!isReady} aria-label={t("debugging.panelSend")}>
          <ArrowUp size={16} aria-hidden />
        </button>
      </div>
    </form>
  );
}
