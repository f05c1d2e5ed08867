import { BotMessageSquare, FileText, MessagesSquare, Route, Workflow } from "lucide-react";
import { useState } from "react";
import { ChoiceCards, type Choice } from "@/design";
import { useI18n } from "@/i18n";
import { useCreateApp } from "../api";
import { blankDocument, type Kind } from "../blank";
import type { CreateFormProps } from "../CreateAppDialog";
import styles from "../Apps.module.css";
import { NameAndCreate } from "./CreateFields";

export function BlankForm({ onCreated }: CreateFormProps) {
  const { t } = useI18n();
  const [kind, setKind] = useState<Kind>("chat");
  const [name, setName] = useState("");
  const create = useCreateApp();
  const kinds: Choice<Kind>[] = [
    { value: "chat", title: t("apps.kindChat"), description: t("apps.kindChatHint"), icon: MessagesSquare },
    { value: "agent", title: t("apps.kindAgent"), description: t("apps.kindAgentHint"), icon: BotMessageSquare },
    { value: "completion", title: t("apps.kindCompletion"), description: t("apps.kindCompletionHint"), icon: FileText },
    { value: "chatflow", title: t("apps.kindChatflow"), description: t("apps.kindChatflowHint"), icon: Route },
    { value: "workflow", title: t("apps.kindWorkflow"), description: t("apps.kindWorkflowHint"), icon: Workflow },
  ];
  return (
    <div className={styles["create"]}>
      <ChoiceCards label={t("apps.kindLabel")} value={kind} onChange={setKind} columns={3} choices={kinds} />
      <NameAndCreate
        name={name}
        onName={setName}
        isBusy={create.isPending}
        error={create.error}
        label={t("apps.use")}
        onCreate={() =>
          create.mutate(blankDocument(kind, name.trim(), t), { onSuccess: (app) => onCreated(app.id) })
        }
      />
    </div>
  );
}
