import { Combobox, type Option } from "@/design";
import { useI18n } from "@/i18n";
import { useModelsOf, type ModelKind } from "../api/datasets";

interface ModelPickerProps {
  kind: ModelKind;
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What stands before the models: the default, or none. */
  first: Option;
  /** Only those that take images. */
  mustSee?: boolean;
}

/** A model of one kind among those that can be called. */
export function ModelPicker({ kind, label, value, onChange, first, mustSee = false }: ModelPickerProps) {
  const { t } = useI18n();
  const models = useModelsOf(kind);
  return (
    <Combobox
      label={label}
      value={value}
      onChange={onChange}
      placeholder={t("knowledge.chooseModel")}
      options={[
        first,
        ...models.ready.filter((model) => !mustSee || model.vision).map((model) => ({
          value: model.reference,
          label: model.title || model.name,
          description: model.reference,
          group: model.provider,
        })),
      ]}
    />
  );
}
