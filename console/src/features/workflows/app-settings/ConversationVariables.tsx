import { Plus } from "lucide-react";
import { useEditor, useEditorParts, type ConversationVariable } from "@/canvas";
import { issueAt } from "@/canvas/state/issues";
import { Button, Callout, Input } from "@/design";
import { useI18n } from "@/i18n";
import { textValue, valueText } from "../inspector/fields/ValueField";
import { renameVariable } from "./rename-variable";
import styles from "./AppSettings.module.css";
import { freshName, VariableRow } from "./VariableRow";

const TYPES = ["string", "number", "boolean", "object", "file", "any", "array[string]", "array[number]", "array[boolean]", "array[object]", "array[file]", "array[any]"];

/** Values that a conversation keeps from turn to turn. */
export function ConversationVariables() {
  const { t } = useI18n();
  const editor = useEditor();
  const { variables, issues, isReadOnly, mode } = useEditorParts((state) => ({
    variables: state.document.conversation,
    issues: state.issues,
    isReadOnly: state.isReadOnly,
    mode: state.document.app.mode,
  }));
  const names = variables.map(({ name }) => name);
  const write = (conversation: ConversationVariable[], group: string) => editor.edit((document) => ({ ...document, conversation }), { group: `conversation/${group}` });
  const change = (index: number, changes: Partial<ConversationVariable>) => {
    const old = variables[index];
    if (old) write(variables.with(index, { ...old, ...changes }), `${index}/${Object.keys(changes).join()}`);
  };
  return (
    <div className={styles["tab"]}>
      <p className={styles["intro"]}>{t("workflows.conversationHint", { open: "{{", close: "}}" })}</p>
      {mode !== "chat" && variables.length > 0 && <Callout tone="warning">{t("workflows.onlyInChats")}</Callout>}
      <ul className={styles["variables"]}>
        {variables.map((variable, index) => {
          const { name, type = "string" } = variable;
          return (
            <VariableRow
              key={name}
              name={name}
              type={type}
              types={TYPES}
              taken={names}
              fault={issueAt(issues, ["conversation", index, "default"])?.message}
              isReadOnly={isReadOnly}
              onRename={(next) => editor.edit((document) => renameVariable(document, editor.getState().catalog, "conversation", name, next))}
              onType={(next) => change(index, { type: next, default: undefined })}
              onRemove={() => write(variables.toSpliced(index, 1), "remove")}
            >
              <Input
                className={styles["value"] ?? ""}
                aria-label={t("workflows.valueOf", { name })}
                placeholder={t("workflows.startsWith")}
                value={valueText(variable.default)}
                disabled={isReadOnly}
                onChange={(event) => change(index, { default: type === "string" ? event.target.value || undefined : textValue(event.target.value || undefined, undefined) })}
              />
            </VariableRow>
          );
        })}
      </ul>
      <Button size="small" icon={Plus} disabled={isReadOnly} onClick={() => write([...variables, { name: freshName(names, "variable") }], "add")}>
        {t("workflows.addVariable")}
      </Button>
    </div>
  );
}
