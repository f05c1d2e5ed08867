import { useEditorState } from "@/canvas/state/context";
import { useI18n } from "@/i18n";
import styles from "./Canvas.module.css";

/** Says which container nodes go into when they are let go. */
export function DropNote({ id }: { id: string }) {
  const { t } = useI18n();
  return (
    <div className={styles["dropNote"]} role="status">
      {t("canvas.dropInto", { id })}
    </div>
  );
}

/** Reads out what is selected. */
export function Announcer() {
  const { t } = useI18n();
  const text = useEditorState(({ selection, document, catalog, issuesByNode }) => {
    const [id, ...more] = selection;
    if (id === undefined) return "";
    if (more.length > 0) return t("canvas.selectedMany", { count: selection.length });
    const node = document.nodes[id];
    const title = node ? node.title || (catalog.of(node)?.title ?? node.type) : t("canvas.note");
    return t("canvas.selectedOne", { title, id, issues: issuesByNode.get(id)?.length ?? 0 });
  });
  return (
    <p className={styles["help"]} aria-live="polite">
      {text}
    </p>
  );
}
