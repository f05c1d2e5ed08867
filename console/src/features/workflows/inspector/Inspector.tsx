import { ChevronRight, Copy, Ellipsis, Trash2, X } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { NodeIcon, useEditor, useEditorParts, useNodeIssues } from "@/canvas";
import { duplicateSelected, removeSelected } from "@/canvas/view/commands";
import { updateNode } from "@/canvas/operations/nodes";
import { Callout, IconButton, Menu, Tabs, Textarea } from "@/design";
import { useI18n } from "@/i18n";
import { nodeParts } from "../parts";
import { Failure } from "./Failure";
import styles from "./Inspector.module.css";
import { NodeForm } from "./NodeForm";
import { NodeId } from "./NodeId";
import { Outputs } from "./Outputs";

/** The settings of the node that is open, beside the canvas. */
export function Inspector({ app }: { app: string }) {
  const { t } = useI18n();
  const editor = useEditor();
  const { opened, node, type, isReadOnly } = useEditorParts((state) => {
    const found = state.opened === null ? undefined : state.document.nodes[state.opened];
    return { opened: state.opened, node: found, type: found && state.catalog.of(found), isReadOnly: state.isReadOnly };
  });
  if (opened === null || !node) return null;
  const title = node.title || type?.title || node.type;
  const settings = (
    <div className={styles["sections"]}>
      <NodeFaults id={opened} />
      <NodeForm key={opened} id={opened} />
      <Section title={t("workflows.outputs")} isOpen>
        <Outputs id={opened} />
      </Section>
      {type && type.role !== "start" && type.role !== "end" && (
        <Section title={t("workflows.ifItFails")} isOpen={node.on_failure !== undefined || node.retry !== undefined} jump={["timeout_s", "retry", "on_failure", "defaults"]}>
          <Failure id={opened} node={node} isContainer={type.role === "container"} />
        </Section>
      )}
      <Section title={t("workflows.nodeNote")} isOpen={Boolean(node.note)}>
        <Textarea
          aria-label={t("workflows.nodeNote")}
          placeholder={t("workflows.nodeNoteHint")}
          value={node.note ?? ""}
          disabled={isReadOnly}
          onChange={(event) => editor.edit((document) => updateNode(document, opened, { note: event.target.value || undefined }), { group: `${opened}/note` })}
        />
      </Section>
    </div>
  );
  return (
    <aside className={styles["inspector"]} aria-label={t("workflows.settingsOf", { title })}>
      <header className={styles["head"]}>
        <NodeIcon type={type} />
        <div className={styles["names"]}>
          <input
            className={styles["title"]}
            aria-label={t("workflows.nodeTitle")}
            value={node.title ?? ""}
            placeholder={type?.title ?? node.type}
            disabled={isReadOnly}
            onChange={(event) => editor.edit((document) => updateNode(document, opened, { title: event.target.value || undefined }), { group: `${opened}/title` })}
          />
          <NodeId key={opened} id={opened} />
        </div>
        <Menu
          trigger={<IconButton icon={Ellipsis} size="small" label={t("actions.more")} />}
          items={[
            { label: t("canvas.duplicate"), icon: Copy, shortcut: "mod+d", isDisabled: isReadOnly, onSelect: () => duplicateSelected(editor) },
            "separator",
            { label: t("canvas.delete"), icon: Trash2, shortcut: "⌫", isDangerous: true, isDisabled: isReadOnly, onSelect: () => removeSelected(editor) },
          ]}
        />
        <IconButton icon={X} size="small" label={t("actions.close")} shortcut="esc" onClick={() => editor.open(null)} />
      </header>
      {type && <p className={styles["description"]}>{type.description}</p>}
      <div className={styles["body"]}>
        {nodeParts.length === 0 ? (
          settings
        ) : (
          <Tabs
            label={t("workflows.settingsOf", { title })}
            tabs={[
              { value: "settings", label: t("workflows.settings"), content: settings },
              ...nodeParts.map((part) => ({ value: part.id, label: t(part.label), content: <part.NodePanel key={opened} app={app} node={opened} /> })),
            ]}
          />
        )}
      </div>
    </aside>
  );
}

/** Faults of the node that belong to no field of the form. */
function NodeFaults({ id }: { id: string }) {
  const issues = useNodeIssues(id).filter((issue) => issue.path.length <= 1 || issue.edge !== undefined);
  if (issues.length === 0) return null;
  return (
    <Callout tone="danger">
      {issues.map((issue) => (
        <p key={issue.pointer + issue.message}>{issue.message}</p>
      ))}
    </Callout>
  );
}

function Section({ title, isOpen, jump = [], children }: { title: string; isOpen: boolean; jump?: readonly string[]; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [isShown, setIsShown] = useState(isOpen);
  const { focusPath } = useEditorParts((state) => ({ focusPath: state.focusPath }));
  const isWanted = focusPath !== null && jump.includes(focusPath[0] ?? "");
  useEffect(() => {
    if (isWanted) box.current?.scrollIntoView({ block: "center" });
  }, [isWanted]);
  const isUnfolded = isShown || isWanted;
  return (
    <section ref={box} className={styles["section"]}>
      <button type="button" className={styles["sectionHead"]} aria-expanded={isUnfolded} onClick={() => setIsShown(!isUnfolded)}>
        <ChevronRight size={14} aria-hidden />
        {title}
      </button>
      {isUnfolded && <div className={styles["sectionBody"]}>{children}</div>}
    </section>
  );
}
