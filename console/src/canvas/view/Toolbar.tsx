import { Panel, useReactFlow, useStore } from "@xyflow/react";
import { Group, Keyboard, Map as MapIcon, Maximize, Minus, Plus, Redo2, StickyNote, Undo2, Workflow, ZoomIn } from "lucide-react";
import { useEditor, useEditorState } from "@/canvas/state/context";
import { groupSelected, layOutAll } from "@/canvas/view/commands";
import type { KeyboardActions } from "@/canvas/view/use-keyboard";
import { Button, IconButton } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./Canvas.module.css";

/** The tools of the canvas, at its foot. */
export function Toolbar({ actions, hasMap, onToggleMap }: { actions: KeyboardActions; hasMap: boolean; onToggleMap: () => void }) {
  const { t } = useI18n();
  const editor = useEditor();
  const flow = useReactFlow();
  const [canUndo, canRedo] = [useEditorState((state) => state.history.done.length > 0), useEditorState((state) => state.history.undone.length > 0)];
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const hasSelection = useEditorState((state) => state.selection.length > 0);
  const fit = () => flow.fitView({ duration: 150, padding: 0.15, maxZoom: 1 });
  return (
    <Panel position="bottom-left" className={styles["toolbar"]} role="toolbar" aria-label={t("canvas.tools")}>
      {!isReadOnly && (
        <>
          <Button
            variant="primary"
            size="small"
            icon={Plus}
            onClick={(event) => {
              const { left, top } = event.currentTarget.getBoundingClientRect();
              editor.setState({ adding: { screen: { x: left, y: top - 428 } } });
            }}
          >
            {t("canvas.addNode")}
          </Button>
          <IconButton size="small" icon={StickyNote} label={t("canvas.addNote")} shortcut="n" onClick={actions.addNote} />
          <IconButton size="small" icon={Group} label={t("canvas.group")} shortcut="g" disabled={!hasSelection} onClick={() => groupSelected(editor)} />
          <span className={styles["divider"]} />
          <IconButton size="small" icon={Undo2} label={t("canvas.undo")} shortcut="mod+z" disabled={!canUndo} onClick={() => editor.undo()} />
          <IconButton size="small" icon={Redo2} label={t("canvas.redo")} shortcut="shift+mod+z" disabled={!canRedo} onClick={() => editor.redo()} />
          <IconButton size="small" icon={Workflow} label={t("canvas.layOut")} shortcut="l" onClick={() => void layOutAll(editor).then(fit)} />
          <span className={styles["divider"]} />
        </>
      )}
      <IconButton size="small" icon={Minus} label={t("canvas.zoomOut")} shortcut="-" onClick={() => void flow.zoomOut({ duration: 100 })} />
      <button type="button" className={styles["zoom"]} title={t("canvas.zoomTo100")} onClick={() => void flow.zoomTo(1, { duration: 100 })}>
        <ZoomValue />
      </button>
      <IconButton size="small" icon={ZoomIn} label={t("canvas.zoomIn")} shortcut="=" onClick={() => void flow.zoomIn({ duration: 100 })} />
      <IconButton size="small" icon={Maximize} label={t("canvas.fit")} shortcut="f" onClick={() => void fit()} />
      <IconButton size="small" icon={MapIcon} label={t("canvas.map")} isPressed={hasMap} onClick={onToggleMap} />
      <IconButton size="small" icon={Keyboard} label={t("canvas.shortcuts")} shortcut="?" onClick={actions.openHelp} />
    </Panel>
  );
}

/** On its own, since it changes with every frame of zooming. */
function ZoomValue() {
  const { format } = useI18n();
  return format.percent(useStore((state) => Math.round(state.transform[2] * 100) / 100));
}
