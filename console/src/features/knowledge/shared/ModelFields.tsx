import { Field, Select, Switch } from "@/design";
import { useI18n } from "@/i18n";
import type { SpecDraft } from "./chunking";
import { ModelPicker } from "./ModelPicker";

const DEFAULT_MODEL = "default";

interface ModelFieldsProps {
  draft: SpecDraft;
  onChange: (draft: SpecDraft) => void;
}

/** What models do for a dataset: questions by which chunks are found too, and the text of pictures. */
export function ModelFields({ draft, onChange }: ModelFieldsProps) {
  const { t, format } = useI18n();
  const first = { value: DEFAULT_MODEL, label: t("knowledge.wordingDefault"), description: t("knowledge.wordingModelHint") };
  const offered = [...new Set([0, 1, 3, 5, 10, draft.questions])].sort((one, other) => one - other);
  return (
    <>
      <Field label={t("knowledge.questions")} hint={t("knowledge.questionsHint")}>
        <Select
          value={String(draft.questions)}
          onChange={(count) => onChange({ ...draft, questions: Number(count) })}
          options={offered.map((count) => ({
            value: String(count),
            label: count === 0 ? t("knowledge.none") : t("knowledge.questionsEach", { count: format.number(count) }),
          }))}
        />
      </Field>
      {draft.questions > 0 && (
        <Field label={t("knowledge.questionsModel")}>
          <ModelPicker
            kind="chat"
            label={t("knowledge.questionsModel")}
            value={draft.asking.model ?? DEFAULT_MODEL}
            onChange={(model) => onChange({ ...draft, asking: { ...draft.asking, model } })}
            first={first}
          />
        </Field>
      )}
      <Switch
        isOn={draft.readsPictures}
        label={t("knowledge.pictures")}
        description={t("knowledge.picturesHint")}
        onChange={(readsPictures) => onChange({ ...draft, readsPictures })}
      />
      {draft.readsPictures && (
        <Field label={t("knowledge.picturesModel")}>
          <ModelPicker
            kind="chat"
            label={t("knowledge.picturesModel")}
            value={draft.seeing.model ?? DEFAULT_MODEL}
            onChange={(model) => onChange({ ...draft, seeing: { ...draft.seeing, model } })}
            first={first}
            mustSee
          />
        </Field>
      )}
    </>
  );
}
