import { X } from "lucide-react";
import { Combobox, Field, IconButton } from "@/design";
import { useI18n } from "@/i18n";
import type { Model } from "../api";
import styles from "./Routing.module.css";

const MOST = 8;

interface FallbacksProps {
  values: string[];
  models: Model[];
  onChange: (values: string[]) => void;
}

/** The models that are asked in the place of another, in order. */
export function Fallbacks({ values, models, onChange }: FallbacksProps) {
  const { t } = useI18n();
  const others = models.filter((model) => !values.includes(model.reference));
  return (
    <div className={styles["fallbacks"]}>
      <Field label={t("routing.fallbacks")} hint={t("routing.fallbacksHint")}>
        <Combobox
          value={undefined}
          placeholder={t("routing.addFallback")}
          isDisabled={values.length >= MOST || others.length === 0}
          onChange={(added) => onChange([...values, added])}
          options={optionsOf(others)}
        />
      </Field>
      {values.length > 0 && (
        <ol className={styles["chosen"]}>
          {values.map((value) => (
            <li key={value}>
              <code>{value}</code>
              <IconButton
                icon={X}
                size="small"
                label={t("routing.removeFallback", { name: value })}
                onClick={() => onChange(values.filter((each) => each !== value))}
              />
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

export function optionsOf(models: Model[]) {
  return models.map((model) => ({ value: model.reference, label: model.title, description: model.reference, group: model.provider }));
}
