import { NOTE_COLORS, type CanvasNote } from "@/canvas/model/document";
import { updateNote } from "@/canvas/operations/notes";
import { useEditor } from "@/canvas/state/context";
import { useI18n } from "@/i18n";
import styles from "./NoteNode.module.css";

/** The colours a note or a group can have, above it. */
export function NoteColors({ id, note, label }: { id: string; note: CanvasNote; label: string }) {
  const { t } = useI18n();
  const editor = useEditor();
  return (
    <div className={`${styles["colors"] ?? ""} nodrag`} role="radiogroup" aria-label={label}>
      {NOTE_COLORS.map((color) => (
        <button
          key={color}
          type="button"
          role="radio"
          aria-checked={(note.color ?? "amber") === color}
          aria-label={t(`canvas.color_${color}`)}
          data-color={color}
          onClick={() => editor.edit((document) => updateNote(document, id, { color }))}
        />
      ))}
    </div>
  );
}
