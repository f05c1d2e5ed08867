import { useState } from "react";
import { Dialog, Tabs } from "@/design";
import { useI18n } from "@/i18n";
import { BlankForm } from "./create/BlankForm";
import { ImportForm } from "./create/ImportForm";
import { TemplateForm } from "./create/TemplateForm";

export type CreateFrom = "template" | "blank" | "import";

export interface CreateFormProps {
  onCreated: (id: string) => void;
}

/** Creates an app: from a template, from nothing, from a file. */
export function CreateAppDialog(props: { from: CreateFrom; onClose: () => void; onCreated: (id: string) => void }) {
  const { t } = useI18n();
  const [from, setFrom] = useState<string>(props.from);
  const done = { onCreated: props.onCreated };
  return (
    <Dialog isOpen onOpenChange={props.onClose} title={t("apps.createTitle")} size="large">
      <Tabs
        label={t("apps.createTitle")}
        value={from}
        onChange={setFrom}
        tabs={[
          { value: "template", label: t("apps.template"), content: <TemplateForm {...done} /> },
          { value: "blank", label: t("apps.blank"), content: <BlankForm {...done} /> },
          { value: "import", label: t("apps.importTitle"), content: <ImportForm {...done} /> },
        ]}
      />
    </Dialog>
  );
}
