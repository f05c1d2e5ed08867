import { Field, Input, Select } from "@/design";
import { useAppNames } from "@/features/runs";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { SUBJECTS, useKeyNames, type Subject } from "./api";

export interface SubjectChoice {
  subject: Subject;
  /** Of the one app, key or person; empty: each for itself. */
  id: string;
}

const EACH = "each";

/** Whose calls count together. */
export function SubjectFields({ choice, onChange }: { choice: SubjectChoice; onChange: (choice: SubjectChoice) => void }) {
  const { t } = useI18n();
  const { may } = useSession();
  const apps = useAppNames();
  const keys = useKeyNames(may("keys"));
  const { subject, id } = choice;
  const named = subject === "app" ? apps.data : subject === "key" ? keys.data : undefined;
  return (
    <>
      <Field label={t("budgets.subject")} hint={t("budgets.subjectHint")}>
        <Select
          value={subject}
          onChange={(chosen) => onChange({ subject: chosen, id: "" })}
          options={SUBJECTS.map((one) => ({ value: one, label: t(`budgets.subject_${one}`) }))}
        />
      </Field>
      {named && (
        <Field label={t(subject === "app" ? "budgets.whichApp" : "budgets.whichKey")}>
          <Select
            value={id || EACH}
            onChange={(chosen) => onChange({ subject, id: chosen === EACH ? "" : chosen })}
            options={[{ value: EACH, label: t("budgets.eachForItself") }, ...named.map((one) => ({ value: one.id, label: one.name }))]}
          />
        </Field>
      )}
      {subject === "end_user" && (
        <Field label={t("budgets.whichPerson")} hint={t("budgets.whichPersonHint")} isOptional>
          <Input value={id} maxLength={128} onChange={(event) => onChange({ subject, id: event.target.value })} />
        </Field>
      )}
    </>
  );
}
