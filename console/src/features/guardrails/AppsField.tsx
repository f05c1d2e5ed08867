import { Checkbox, Field, OwnLabels, Select } from "@/design";
import { useAppNames } from "@/features/runs";
import { useI18n } from "@/i18n";
import { useState } from "react";
import styles from "./Guardrails.module.css";

/** The apps a rule holds for: all of them, or some. */
export function AppsField({ apps, onChange }: { apps: readonly string[]; onChange: (apps: string[]) => void }) {
  const { t } = useI18n();
  const names = useAppNames();
  const [isSome, setIsSome] = useState(apps.length > 0);
  const listed = names.data ?? [];
  const gone = apps.filter((id) => names.data && !listed.some((one) => one.id === id)).map((id) => ({ id, name: id }));
  const choose = (scope: "all" | "some") => {
    setIsSome(scope === "some");
    if (scope === "all") onChange([]);
  };
  return (
    <>
      <Field label={t("guardrails.apps")}>
        <Select
          value={isSome ? "some" : "all"}
          onChange={choose}
          options={[
            { value: "all", label: t("guardrails.everywhere") },
            { value: "some", label: t("guardrails.someApps") },
          ]}
        />
      </Field>
      {isSome && (
        <OwnLabels>
          <div role="group" aria-label={t("guardrails.someApps")} className={styles["apps"]}>
            {[...listed, ...gone].map(({ id, name }) => (
              <Checkbox
                key={id}
                isOn={apps.includes(id)}
                label={name}
                onChange={(isOn) => onChange(isOn ? [...apps, id] : apps.filter((one) => one !== id))}
              />
            ))}
          </div>
        </OwnLabels>
      )}
    </>
  );
}
