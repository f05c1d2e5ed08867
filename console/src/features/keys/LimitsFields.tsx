import { Field, Input, Textarea } from "@/design";
import { useI18n } from "@/i18n";
import type { LimitsDraft } from "./limits";
import styles from "./Keys.module.css";

const RATES = ["requests", "tokens", "concurrent"] as const;

/** What a key is held to; an empty field is no limit. */
export function LimitsFields({ draft, onChange }: { draft: LimitsDraft; onChange: (draft: LimitsDraft) => void }) {
  const { t } = useI18n();
  return (
    <>
      <div className={styles["rates"]}>
        {RATES.map((rate) => (
          <Field key={rate} label={t(`keys.limit_${rate}`)}>
            <Input
              inputMode="numeric"
              value={draft[rate]}
              placeholder={t("keys.limitNone")}
              onChange={(event) => onChange({ ...draft, [rate]: event.target.value.replace(/\D/g, "") })}
            />
          </Field>
        ))}
      </div>
      <Field label={t("keys.limitModels")} hint={t("keys.limitModelsHint")}>
        <Textarea
          isMono
          rows={2}
          value={draft.models}
          placeholder={"openai/*\napp/support"}
          onChange={(event) => onChange({ ...draft, models: event.target.value })}
        />
      </Field>
    </>
  );
}
