import { X } from "lucide-react";
import { useCallback } from "react";
import { useEditor, useEditorState } from "@/canvas";
import { IconButton } from "@/design";
import { useRunStream, useShowOnCanvas } from "@/features/runs";
import { useI18n } from "@/i18n";
import { ChatPanel } from "./ChatPanel";
import { FormPanel } from "./FormPanel";
import { changePanel, usePanel } from "./store";
import { useEditorFacts } from "./use-editor-facts";
import styles from "./Panel.module.css";

export interface RunPanelProps {
  app: string;
  /** Sends unsaved edits first: what runs is the draft. */
  save: () => Promise<void>;
}

/** Runs the draft beside the canvas, which shows how each node goes. */
export function RunPanel({ app, save }: RunPanelProps) {
  const { isOpen, runId } = usePanel(app);
  return (
    <>
      {runId !== undefined && <OnCanvas key={runId} runId={runId} />}
      {isOpen && <OpenPanel app={app} save={save} />}
    </>
  );
}

function OnCanvas({ runId }: { runId: string }) {
  const editor = useEditor();
  const { run } = useRunStream(runId);
  const edges = useEditorState((state) => state.document.edges);
  const open = useCallback((node: string) => editor.open(node), [editor]);
  useShowOnCanvas(run.lastNumber > 0 ? run : undefined, edges, open);
  return null;
}

function OpenPanel({ app, save }: RunPanelProps) {
  const { t } = useI18n();
  const facts = useEditorFacts(app);
  const isChat = facts.mode === "chat";
  return (
    <aside className={styles["panel"]} aria-label={t("debugging.panel")}>
      <header className={styles["header"]}>
        <h2>{isChat ? t("debugging.panelChat") : t("debugging.panelRun")}</h2>
        <IconButton icon={X} size="small" label={t("actions.close")} onClick={() => changePanel(app, { isOpen: false })} />
      </header>
      {isChat ? <ChatPanel app={app} facts={facts} save={save} /> : <FormPanel app={app} facts={facts} save={save} />}
    </aside>
  );
}
