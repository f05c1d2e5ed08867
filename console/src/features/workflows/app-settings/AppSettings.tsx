import { useEditor, useEditorParts, type AppInfo, type WorkflowDocument } from "@/canvas";
import { issueAt } from "@/canvas/state/issues";
import { Drawer, Field, FieldStack, Input, Tabs, Textarea } from "@/design";
import { useI18n } from "@/i18n";
import { ConversationVariables } from "./ConversationVariables";
import { EnvironmentVariables } from "./EnvironmentVariables";
import styles from "./AppSettings.module.css";

/** What belongs to the app and not to one node. */
export function AppSettings({ app, onClose }: { app: string; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Drawer isOpen onOpenChange={onClose} title={t("workflows.appSettings")} size="medium">
      <Tabs
        label={t("workflows.appSettings")}
        tabs={[
          { value: "general", label: t("workflows.general"), content: <General /> },
          { value: "environment", label: t("workflows.environment"), content: <EnvironmentVariables app={app} /> },
          { value: "conversation", label: t("workflows.conversation"), content: <ConversationVariables /> },
        ]}
      />
    </Drawer>
  );
}

function General() {
  const { t } = useI18n();
  const editor = useEditor();
  const { app, limits, issues, isReadOnly } = useEditorParts((state) => ({
    app: state.document.app,
    limits: state.document.limits,
    issues: state.issues,
    isReadOnly: state.isReadOnly,
  }));
  const change = (changes: Partial<AppInfo>) =>
    editor.edit((document) => ({ ...document, app: defined({ ...document.app, ...changes }) }), { group: `app/${Object.keys(changes).join()}` });
  const limit = (changes: WorkflowDocument["limits"]) =>
    editor.edit((document) => ({ ...document, limits: defined({ ...document.limits, ...changes }) }), { group: `limits/${Object.keys(changes).join()}` });
  const number = (text: string) => (text === "" ? undefined : Number(text));
  return (
    <div className={styles["tab"]}>
      <FieldStack>
        <Field label={t("workflows.appName")} hint={t("workflows.appNameHint")} error={issueAt(issues, ["app", "name"])?.message} isRequired>
          <Input value={app.name} maxLength={200} disabled={isReadOnly} onChange={(event) => event.target.value && change({ name: event.target.value })} />
        </Field>
        <Field label={t("workflows.appDescription")} isOptional>
          <Textarea rows={2} value={app.description ?? ""} disabled={isReadOnly} onChange={(event) => change({ description: event.target.value || undefined })} />
        </Field>
        {app.mode === "chat" && (
          <>
            <Field label={t("workflows.opening")} hint={t("workflows.openingHint")} isOptional>
              <Textarea rows={2} value={app.opening ?? ""} disabled={isReadOnly} onChange={(event) => change({ opening: event.target.value || undefined })} />
            </Field>
            <Field label={t("workflows.suggestions")} hint={t("workflows.suggestionsHint")} isOptional>
              <Textarea
                rows={3}
                value={(app.suggestions ?? []).join("\n")}
                disabled={isReadOnly}
                onChange={(event) => change({ suggestions: event.target.value === "" ? undefined : event.target.value.split("\n") })}
              />
            </Field>
          </>
        )}
        <div className={styles["pair"]}>
          <Field label={t("workflows.limitTime")} hint={t("workflows.limitTimeHint")}>
            <Input type="number" min={1} value={limits.timeout_s ?? ""} placeholder="1200" disabled={isReadOnly} onChange={(event) => limit({ timeout_s: number(event.target.value) })} />
          </Field>
          <Field label={t("workflows.limitSteps")} hint={t("workflows.limitStepsHint")}>
            <Input type="number" min={1} value={limits.steps ?? ""} placeholder="5000" disabled={isReadOnly} onChange={(event) => limit({ steps: number(event.target.value) })} />
          </Field>
        </div>
      </FieldStack>
    </div>
  );
}

function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
