import { useState } from "react";
import { Button, Drawer, ErrorNote, Field, FieldStack, Textarea, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useAddChunk } from "../api/chunks";
import { ChipInput } from "../shared/ChipInput";

/** Writes another chunk at the end of a document. */
export function AddChunkDrawer({ place, onClose }: { place: { dataset: string; document: string }; onClose: () => void }) {
  const { t, format } = useI18n();
  const { say } = useToasts();
  const add = useAddChunk(place);
  const [text, setText] = useState("");
  const [keywords, setKeywords] = useState<string[]>([]);
  const submit = () =>
    add.mutate(
      { text, keywords },
      {
        onSuccess: (chunk) => {
          say(t("documents.chunkAdded", { number: format.number(chunk.seq + 1) }));
          onClose();
        },
      },
    );
  return (
    <Drawer
      isOpen
      onOpenChange={onClose}
      title={t("documents.chunkAdd")}
      description={t("documents.chunkAddHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button variant="primary" isBusy={add.isPending} disabled={!text.trim()} onClick={submit}>
            {t("actions.add")}
          </Button>
        </>
      }
    >
      <FieldStack>
        <Field label={t("documents.text")} isRequired>
          <Textarea autoFocus rows={10} value={text} maxLength={100_000} onChange={(event) => setText(event.target.value)} />
        </Field>
        <Field label={t("documents.keywords")} isOptional hint={t("documents.keywordsHint")}>
          <ChipInput values={keywords} onChange={setKeywords} placeholder={t("documents.keywordAdd")} />
        </Field>
        {add.error && <ErrorNote error={add.error} />}
      </FieldStack>
    </Drawer>
  );
}
