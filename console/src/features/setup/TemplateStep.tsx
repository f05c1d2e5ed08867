import { useState } from "react";
import { Button, ChoiceCards, ErrorNote } from "@/design";
import { TEMPLATES, useCreateFromTemplate, type TemplateId } from "@/features/apps";
import { useI18n } from "@/i18n";
import styles from "./Setup.module.css";

/** Creates the first app from a template that runs at once. */
export function TemplateStep({ onDone }: { onDone: (app: string | null) => void }) {
  const { t } = useI18n();
  const [template, setTemplate] = useState<TemplateId>("greeting");
  const create = useCreateFromTemplate();
  return (
    <div className={styles["stack"]}>
      <ChoiceCards
        label={t("apps.templateLabel")}
        value={template}
        onChange={setTemplate}
        choices={TEMPLATES.filter(({ needs }) => !needs).map(({ id, title, hint, icon }) => ({
          value: id,
          title: t(title),
          description: t(hint),
          icon,
        }))}
      />
      {create.error && <ErrorNote error={create.error} />}
      <div className={styles["buttons"]}>
        <Button variant="ghost" size="large" onClick={() => onDone(null)}>
          {t("setup.skip")}
        </Button>
        <Button
          variant="primary"
          size="large"
          isBusy={create.isPending}
          onClick={() => create.mutate({ template, name: "" }, { onSuccess: (app) => onDone(app.id) })}
        >
          {t("setup.open")}
        </Button>
      </div>
    </div>
  );
}
