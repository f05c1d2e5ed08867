import { NodeResizer, type NodeProps } from "@xyflow/react";
import { memo, useState } from "react";
import { updateNote } from "@/canvas/operations/notes";
import { resize } from "@/canvas/operations/placing";
import { useEditor, useEditorState } from "@/canvas/state/context";
import { NoteColors } from "@/canvas/view/NoteColors";
import type { NoteNode as FlowNote } from "@/canvas/view/projection";
import { Markdown } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./NoteNode.module.css";

/** A text beside the nodes. Opened by a double click, or by Enter when it is selected. */
export const NoteNode = memo(function NoteNode({ id, data: { note }, selected }: NodeProps<FlowNote>) {
  const { t } = useI18n();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [isEditing, setIsEditing] = useState(() => !note.text && selected);
  return (
    <div className={styles["note"]} data-color={note.color ?? "amber"} data-selected={selected || undefined}>
      {selected && !isReadOnly && (
        <NodeResizer
          minWidth={120}
          minHeight={60}
          handleClassName="canvas-resize-handle"
          lineClassName="canvas-resize-line"
          onResizeEnd={(_, { x, y, width, height }) => editor.edit((document) => resize(document, id, [x, y], [width, height]))}
        />
      )}
      {isEditing && !isReadOnly ? (
        <textarea
          className={`${styles["text"] ?? ""} nodrag nowheel`}
          aria-label={t("canvas.note")}
          placeholder={t("canvas.notePlaceholder")}
          autoFocus
          value={note.text ?? ""}
          onChange={(event) => editor.edit((document) => updateNote(document, id, { text: event.target.value }), { group: `note/${id}` })}
          onBlur={() => setIsEditing(false)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setIsEditing(false);
            event.stopPropagation();
          }}
        />
      ) : (
        // The keyboard's way in is Enter on the selected note, which the canvas handles.
        <div className={styles["shown"]} data-note-text onDoubleClick={() => setIsEditing(true)}>
          {note.text ? <Markdown text={note.text} /> : <span className={styles["hint"]}>{t("canvas.notePlaceholder")}</span>}
        </div>
      )}
      {selected && !isReadOnly && <NoteColors id={id} note={note} label={t("canvas.noteColor")} />}
    </div>
  );
});
