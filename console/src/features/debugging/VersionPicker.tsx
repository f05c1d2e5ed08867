import { Field, Select } from "@/design";
import { useI18n } from "@/i18n";
import { useVersions } from "./api";

interface VersionPickerProps {
  app: string | undefined;
  value: string;
  onChange: (version: string) => void;
  /** Offers what the run itself ran. */
  hasOwn?: boolean;
  hint?: string;
}

/** `own` stands for what the run ran. */
export function VersionPicker({ app, value, onChange, hasOwn, hint }: VersionPickerProps) {
  const { t } = useI18n();
  const versions = useVersions(app);
  return (
    <Field label={t("debugging.version")} hint={hint}>
      <Select
        value={value}
        onChange={onChange}
        options={[
          ...(hasOwn ? [{ value: "own", label: t("debugging.versionOwn") }] : []),
          { value: "draft", label: t("debugging.versionDraft") },
          ...(versions.data?.items ?? []).map((version) => ({
            value: version.version,
            label: version.is_current
              ? t("debugging.versionPublished", { number: version.number })
              : t("debugging.versionNumber", { number: version.number }),
            description: version.note,
          })),
        ]}
      />
    </Field>
  );
}
