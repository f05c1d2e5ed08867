import { NodeResizer, type NodeProps } from "@xyflow/react";
import { memo, useState } from "react";
import { updateNote } from "@/canvas/operations/notes";
import { resize } from "@/canvas/operations/placing";
import { useEditor, useEditorState } from "@/canvas/state/context";
import { NoteColors } from "@/canvas/view/NoteColors";
import type { GroupNode as FlowGroup } from "@/canvas/view/projection";
import { useI18n } from "@/i18n";
import styles from "./NoteNode.module.css";

/** A frame with a title behind nodes that belong together. It is held by its head; through its body one reaches the canvas. */
export const GroupNode = memo(function GroupNode({ id, data: { note }, selected }: NodeProps<FlowGroup>) {
  const { t } = useI18n();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [isEditing, setIsEditing] = useState(() => !note.text && selected);
  const isChosen = selected && !isReadOnly;
  return (
    <div className={styles["group"]} data-color={note.color ?? "amber"} data-selected={selected || undefined}>
      {isChosen && (
        <NodeResizer
          minWidth={120}
          minHeight={80}
          handleClassName="canvas-resize-handle"
          lineClassName="canvas-resize-line"
          onResizeEnd={(_, { x, y, width, height }) => editor.edit((document) => resize(document, id, [x, y], [width, height]))}
        />
      )}
      <div className={`${styles["groupHead"] ?? ""} group-head`}>
        {isEditing && !isReadOnly ? (
          <input
            className={`${styles["groupTitle"] ?? ""} nodrag`}
            aria-label={t("canvas.groupTitle")}
            placeholder={t("canvas.groupPlaceholder")}
            maxLength={200}
            autoFocus
            value={note.text ?? ""}
            onChange={(event) => editor.edit((document) => updateNote(document, id, { text: event.target.value }), { group: `note/${id}` })}
            onBlur={() => setIsEditing(false)}
            onKeyDown={(event) => {
              if (event.key === "Escape" || event.key === "Enter") setIsEditing(false);
              event.stopPropagation();
            }}
          />
        ) : (
          // The keyboard's way in is Enter on the selected group, which the canvas handles.
          <span className={styles["groupTitle"]} data-note-text onDoubleClick={() => setIsEditing(true)}>
            {note.text || <span className={styles["hint"]}>{t("canvas.groupPlaceholder")}</span>}
          </span>
        )}
      </div>
      {isChosen && <NoteColors id={id} note={note} label={t("canvas.groupColor")} />}
    </div>
  );
});
