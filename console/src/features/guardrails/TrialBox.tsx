import { useState } from "react";
import { Badge, Button, ErrorNote, Field, Textarea, type Tone } from "@/design";
import { useI18n } from "@/i18n";
import { useTrial, type Rule, type Trial } from "./api";
import styles from "./Guardrails.module.css";

const TONES: Record<Trial["action"], Tone> = { pass: "succeeded", block: "failed", mask: "running", flag: "paused" };

/** Tries a text against the rule as it stands in the form; nothing is kept. */
export function TrialBox({ rule }: { rule: Rule }) {
  const { t } = useI18n();
  const trial = useTrial();
  const [text, setText] = useState("");
  const run = () => trial.mutate({ rule: { ...rule, id: rule.id || "trial", name: rule.name || t("guardrails.trial") }, text });
  return (
    <div className={styles["trial"]}>
      <Field label={t("guardrails.trial")} hint={t("guardrails.trialHint")}>
        <Textarea rows={3} value={text} maxLength={100_000} placeholder={t("guardrails.trialPlaceholder")} onChange={(event) => setText(event.target.value)} />
      </Field>
      <div>
        <Button isBusy={trial.isPending} disabled={!text || rule.sides.length === 0} onClick={run}>
          {t("guardrails.try")}
        </Button>
      </div>
      <div aria-live="polite">
        {trial.error && <ErrorNote error={trial.error} />}
        {trial.data && <Outcome trial={trial.data} />}
      </div>
    </div>
  );
}

function Outcome({ trial }: { trial: Trial }) {
  const { t } = useI18n();
  return (
    <div className={styles["outcome"]}>
      <span className={styles["found"]}>
        <Badge tone={TONES[trial.action]}>{t(`guardrails.outcome_${trial.action}`)}</Badge>
        {trial.kinds.length > 0 && <span>{t("guardrails.found", { kinds: trial.kinds.join(", ") })}</span>}
      </span>
      {trial.action === "mask" && <pre className={styles["masked"]}>{trial.text}</pre>}
    </div>
  );
}
