import { useState } from "react";
import { equal } from "@/canvas/model/json";
import { Callout } from "@/design";
import { useI18n } from "@/i18n";
import { TextEditor } from "../../text/TextEditor";
import { useForm, type Path } from "../form-context";
import { FieldFrame } from "./FieldFrame";

/** JSON as it is, for what has no form: schemas, what a vendor takes. */
export function JsonField({ path, label, hint, value, isRequired }: { path: Path; label: string; hint?: string | undefined; value: unknown; isRequired?: boolean }) {
  const { t } = useI18n();
  const form = useForm();
  const shown = value === undefined || value === null ? "" : JSON.stringify(value, null, 2);
  const [draft, setDraft] = useState({ text: shown, value });
  // What changed elsewhere is shown; what is typed stays as it was typed.
  if (!equal(draft.value, value)) setDraft({ text: shown, value });
  const [fault, setFault] = useState<string | null>(null);
  const write = (text: string) => {
    try {
      const next: unknown = text.trim() === "" ? undefined : JSON.parse(text);
      setDraft({ text, value: next });
      setFault(null);
      form.set(path, next);
    } catch (error) {
      setDraft({ text, value });
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <FieldFrame path={path} label={label} hint={hint} isRequired={isRequired}>
      <TextEditor value={draft.text} onChange={write} language="json" label={label} isReadOnly={form.isReadOnly} isInvalid={fault !== null} rows={3} />
      {fault !== null && <Callout tone="warning">{t("workflows.notJson", { fault })}</Callout>}
    </FieldFrame>
  );
}
