import { useState } from "react";
import { Button, ErrorNote, Field, FieldStack, Kbd, Textarea } from "@/design";
import { useI18n } from "@/i18n";
import type { Chunk } from "../api/chunks";
import { ChipInput } from "../shared/ChipInput";
import styles from "./Document.module.css";

interface ChunkFormProps {
  chunk: Chunk;
  isBusy: boolean;
  error: unknown;
  onCancel: () => void;
  onSave: (body: { text?: string; keywords?: string[] }) => void;
}

/** Text and keywords of a chunk; only what is different is sent, for a new text is embedded again. */
export function ChunkForm({ chunk, isBusy, error, onCancel, onSave }: ChunkFormProps) {
  const { t } = useI18n();
  const before = chunk.keywords ?? [];
  const [text, setText] = useState(chunk.text);
  const [keywords, setKeywords] = useState(before);
  const hasNewText = text !== chunk.text;
  const hasNewKeywords = keywords.join("\n") !== before.join("\n");
  const canSave = text.trim() !== "" && (hasNewText || hasNewKeywords) && !isBusy;
  const save = () => {
    if (canSave) onSave({ ...(hasNewText ? { text } : {}), ...(hasNewKeywords ? { keywords } : {}) });
  };
  return (
    <FieldStack>
      <Field label={t("documents.text")} hint={hasNewText ? t("documents.chunkTextHint") : undefined}>
        <Textarea
          autoFocus
          className={styles["textarea"]}
          rows={Math.min(16, Math.max(4, Math.ceil(chunk.text.length / 90)))}
          value={text}
          maxLength={100_000}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && !hasNewText && !hasNewKeywords) onCancel();
            if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) save();
          }}
        />
      </Field>
      <Field label={t("documents.keywords")} hint={t("documents.keywordsHint")}>
        <ChipInput values={keywords} onChange={setKeywords} placeholder={t("documents.keywordAdd")} />
      </Field>
      {error !== null && error !== undefined && <ErrorNote error={error} />}
      <div className={styles["buttons"]}>
        <Button variant="primary" size="small" isBusy={isBusy} disabled={!canSave} onClick={save}>
          {t("actions.save")}
        </Button>
        <Button variant="ghost" size="small" onClick={onCancel}>
          {t("actions.cancel")}
        </Button>
        <Kbd keys="mod+enter" />
      </div>
    </FieldStack>
  );
}
