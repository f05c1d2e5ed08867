import { useEffect, useState } from "react";
import { FormFields, formState, readForm, type FormField, type FormState } from "@/features/runs";
import { useI18n } from "@/i18n";
import type { Inputs } from "../chat/ChatPage";
import styles from "../chat/Chat.module.css";

interface StartFieldsProps {
  fields: readonly FormField[];
  isOpen: boolean;
  isTried: boolean;
  onChange: (inputs: Inputs) => void;
}

/** What a chat wants to know before it begins; later it is folded up. */
export default function StartFields({ fields, isOpen, isTried, onChange }: StartFieldsProps) {
  const { t } = useI18n();
  const [state, setState] = useState<FormState>(() => formState(fields));
  const read = readForm(fields, state);
  useEffect(() => {
    const { values, isFine } = readForm(fields, state);
    onChange({ values, isFine });
  }, [fields, state, onChange]);
  return (
    <details className={styles["fields"]} open={isOpen}>
      <summary>{t("webapp.beforeBegin")}</summary>
      <div className={styles["fieldsInside"]}>
        <FormFields fields={fields} state={state} onChange={setState} faults={isTried ? read.faults : {}} />
      </div>
    </details>
  );
}
