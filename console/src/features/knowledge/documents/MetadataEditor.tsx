import { Plus, X } from "lucide-react";
import { Button, IconButton, Input, Select } from "@/design";
import { useI18n } from "@/i18n";
import { emptyField, faultIn, KINDS, type FieldDraft, type Kind } from "./metadata";
import styles from "./Metadata.module.css";

interface MetadataEditorProps {
  drafts: readonly FieldDraft[];
  onChange: (drafts: FieldDraft[]) => void;
  /** Faults are shown once somebody has tried to save. */
  isChecked?: boolean;
}

/** Fields of a document, each a text, a number, or yes or no. */
export function MetadataEditor({ drafts, onChange, isChecked }: MetadataEditorProps) {
  const { t } = useI18n();
  const set = (draft: FieldDraft, to: Partial<FieldDraft>) =>
    onChange(drafts.map((each) => (each === draft ? { ...each, ...to } : each)));
  return (
    <div className={styles["editor"]}>
      {drafts.length === 0 && <p className={styles["none"]}>{t("documents.noMetadata")}</p>}
      {drafts.map((draft) => {
        const fault = isChecked ? faultIn(draft, drafts) : null;
        return (
          <div key={draft.key} className={styles["field"]}>
            <div className={styles["line"]}>
              <Input
                aria-label={t("documents.fieldName")}
                placeholder={t("documents.fieldName")}
                aria-invalid={fault === "noName" || fault === "twice" || undefined}
                value={draft.name}
                maxLength={100}
                onChange={(event) => set(draft, { name: event.target.value })}
              />
              {draft.kind === "other" ? (
                <Input aria-label={t("documents.kind_other")} value={t("documents.kind_other")} disabled />
              ) : (
                <Select<Kind>
                  label={t("documents.fieldKind")}
                  value={draft.kind}
                  onChange={(kind) => set(draft, { kind, ...(kind === "boolean" && draft.text !== "true" ? { text: "false" } : {}) })}
                  options={KINDS.map((kind) => ({ value: kind, label: t(`documents.kind_${kind}`) }))}
                />
              )}
              <FieldValue draft={draft} isWrong={fault === "noNumber"} onText={(text) => set(draft, { text })} />
              <IconButton
                icon={X}
                size="small"
                label={`${t("actions.remove")}: ${draft.name || t("documents.fieldName")}`}
                onClick={() => onChange(drafts.filter((each) => each !== draft))}
              />
            </div>
            {fault && (
              <p role="alert" className={styles["fault"]}>
                {t(`documents.field_${fault}`)}
              </p>
            )}
          </div>
        );
      })}
      <div>
        <Button size="small" variant="ghost" icon={Plus} onClick={() => onChange([...drafts, emptyField()])}>
          {t("documents.fieldAdd")}
        </Button>
      </div>
    </div>
  );
}

function FieldValue({ draft, isWrong, onText }: { draft: FieldDraft; isWrong: boolean; onText: (text: string) => void }) {
  const { t } = useI18n();
  const label = t("documents.fieldValue");
  if (draft.kind === "boolean") {
    return (
      <Select
        label={label}
        value={draft.text}
        onChange={onText}
        options={[
          { value: "true", label: t("documents.yes") },
          { value: "false", label: t("documents.no") },
        ]}
      />
    );
  }
  return (
    <Input
      aria-label={label}
      placeholder={label}
      aria-invalid={isWrong || undefined}
      inputMode={draft.kind === "number" ? "decimal" : undefined}
      value={draft.text}
      isMono={draft.kind === "other"}
      disabled={draft.kind === "other"}
      onChange={(event) => onText(event.target.value)}
    />
  );
}
