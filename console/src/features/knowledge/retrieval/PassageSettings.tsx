import { Field, Input, Switch } from "@/design";
import { useI18n } from "@/i18n";
import { ModelPicker } from "../shared/ModelPicker";
import { DEFAULT_MODEL, type SearchDraft, type SearchFaults } from "./settings";
import styles from "./Retrieval.module.css";

interface PassageSettingsProps {
  draft: SearchDraft;
  set: (to: Partial<SearchDraft>) => void;
  faults: SearchFaults;
}

/** What is searched for beside the question, and how much of the text around a hit is shown. */
export function PassageSettings({ draft, set, faults }: PassageSettingsProps) {
  const { t } = useI18n();
  return (
    <>
      <div className={styles["two"]}>
        <Field label={t("knowledge.expand")} error={faults.expand ? t("knowledge.expandFault") : undefined}>
          <Input inputMode="numeric" value={draft.expand} onChange={(event) => set({ expand: event.target.value })} />
        </Field>
        <Field label={t("knowledge.wordings")} error={faults.wordings ? t("knowledge.wordingsFault") : undefined}>
          <Input inputMode="numeric" value={draft.wordings} onChange={(event) => set({ wordings: event.target.value })} />
        </Field>
      </div>
      {!faults.wordings && Number(draft.wordings) > 0 && (
        <Field label={t("knowledge.wordingModel")}>
          <ModelPicker
            kind="chat"
            label={t("knowledge.wordingModel")}
            value={draft.wordingModel}
            onChange={(wordingModel) => set({ wordingModel })}
            first={{ value: DEFAULT_MODEL, label: t("knowledge.wordingDefault"), description: t("knowledge.wordingModelHint") }}
          />
        </Field>
      )}
      <Switch label={t("knowledge.distinct")} isOn={draft.distinct} onChange={(distinct) => set({ distinct })} />
    </>
  );
}
