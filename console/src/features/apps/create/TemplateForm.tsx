import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ChoiceCards } from "@/design";
import { useI18n } from "@/i18n";
import { useCreateApp } from "../api";
import type { CreateFormProps } from "../CreateAppDialog";
import { nameIn, withName } from "../document-text";
import { TEMPLATES, templateText, type TemplateId } from "../templates";
import styles from "../Apps.module.css";
import { NameAndCreate } from "./CreateFields";

/** Creates an app from a template, in the language in use. */
export function useCreateFromTemplate() {
  const { language } = useI18n();
  const create = useCreateApp();
  return useMutation({
    mutationFn: async ({ template, name }: { template: TemplateId; name: string }) => {
      const text = await templateText(template, language);
      return create.mutateAsync(withName(text, name.trim() || nameIn(text)));
    },
  });
}

export function TemplateForm({ onCreated }: CreateFormProps) {
  const { t } = useI18n();
  const [template, setTemplate] = useState<TemplateId>("greeting");
  const [name, setName] = useState("");
  const create = useCreateFromTemplate();
  const chosen = TEMPLATES.find(({ id }) => id === template);
  return (
    <div className={styles["create"]}>
      <ChoiceCards
        label={t("apps.templateLabel")}
        value={template}
        onChange={setTemplate}
        columns={3}
        choices={TEMPLATES.map(({ id, title, hint, icon }) => ({ value: id, title: t(title), description: t(hint), icon }))}
      />
      <NameAndCreate
        name={name}
        placeholder={chosen ? t(chosen.title) : ""}
        onName={setName}
        isBusy={create.isPending}
        error={create.error}
        label={t("apps.use")}
        onCreate={() =>
          create.mutate(
            { template, name: name.trim() || (chosen ? t(chosen.title) : "") },
            { onSuccess: (app) => onCreated(app.id) },
          )
        }
      />
    </div>
  );
}
