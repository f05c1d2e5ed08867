import { useState } from "react";
import { Button, Dialog, ErrorNote, Field, FieldStack, Input, Textarea, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useAddText } from "../api/documents";

const MOST_CHARS = 3_500_000;

/** Adds a text without a file. */
export function PasteTextDialog({ dataset, onClose }: { dataset: string; onClose: () => void }) {
  const { t, format } = useI18n();
  const { say } = useToasts();
  const add = useAddText(dataset);
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const submit = () =>
    add.mutate(
      { name: name.trim(), text },
      {
        onSuccess: (document) => {
          say(document.status === "ready" ? t("documents.textUnchanged", { name: document.name }) : t("documents.textAdded", { name: document.name }));
          onClose();
        },
      },
    );
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("documents.pasteTitle")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button variant="primary" isBusy={add.isPending} disabled={!name.trim() || !text.trim()} onClick={submit}>
            {t("documents.addOne")}
          </Button>
        </>
      }
    >
      <FieldStack>
        <Field label={t("knowledge.name")} isRequired hint={t("documents.pasteNameHint")} error={add.error?.fault("/name")}>
          <Input
            autoFocus
            value={name}
            maxLength={255}
            placeholder={t("documents.pasteNamePlaceholder")}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field
          label={t("documents.text")}
          isRequired
          action={<span>{t("documents.characters", { count: text.length })}</span>}
          error={text.length > MOST_CHARS ? t("documents.pasteTooLong", { most: format.number(MOST_CHARS) }) : undefined}
        >
          <Textarea rows={12} value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
        {add.error && !add.error.fault("/name") && <ErrorNote error={add.error} />}
      </FieldStack>
    </Dialog>
  );
}
