import { Handle, Position } from "@xyflow/react";
import { Plus } from "lucide-react";
import { memo } from "react";
import { useEditor, useEditorState } from "@/canvas/state/context";
import { useI18n } from "@/i18n";
import styles from "./Port.module.css";

/** Where control comes in. */
export const InPort = memo(function InPort({ top }: { top: number }) {
  return <Handle type="target" id="in" position={Position.Left} className={styles["in"]} style={{ top }} />;
});

/** Where control leaves: draw an edge from it, or press it to add the next node. */
export const OutPort = memo(function OutPort({ node, port, top }: { node: string; port: string; top: number }) {
  const { t } = useI18n();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  return (
    <Handle
      type="source"
      id={port}
      position={Position.Right}
      className={styles["out"]}
      style={{ top }}
      data-failed={port === "failed" || undefined}
      title={isReadOnly ? undefined : t("canvas.addAfter")}
      onClick={(event) => {
        if (isReadOnly) return;
        event.stopPropagation();
        editor.setState({ adding: { screen: { x: event.clientX + 12, y: event.clientY - 20 }, source: { node, port } } });
      }}
    >
      <Plus size={11} strokeWidth={3} aria-hidden className={styles["plus"]} />
    </Handle>
  );
});
