import { useState } from "react";
import { useEditor, useEditorState } from "@/canvas";
import { idFault } from "@/canvas/model/ids";
import { renameNode } from "@/canvas/operations/nodes";
import { useI18n } from "@/i18n";
import styles from "./Inspector.module.css";

/** The id that references call a node by; changing it changes them too. */
export function NodeId({ id }: { id: string }) {
  const { t } = useI18n();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [draft, setDraft] = useState<string | null>(null);
  const fault = draft === null ? null : idFault(editor.getState().document, draft, id);
  const finish = () => {
    if (draft !== null && draft !== id && fault === null) {
      const { document, catalog } = editor.getState();
      const raw = (each: string) => {
        const node = document.nodes[each];
        return (node && catalog.of(node)?.raw_fields) ?? [];
      };
      editor.edit((before) => renameNode(before, id, draft, raw), { select: [draft], open: draft });
    }
    setDraft(null);
  };
  if (draft === null) {
    return (
      <button type="button" className={styles["id"]} disabled={isReadOnly} title={t("workflows.renameId")} onClick={() => setDraft(id)}>
        {id}
      </button>
    );
  }
  return (
    <>
      <input
        className={styles["idInput"]}
        aria-label={t("workflows.nodeId")}
        aria-invalid={fault !== null}
        autoFocus
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={finish}
        onFocus={(event) => event.target.select()}
        onKeyDown={(event) => {
          if (event.key === "Enter") finish();
          if (event.key !== "Escape") return;
          event.stopPropagation();
          setDraft(null);
        }}
      />
      {fault !== null && (
        <span className={styles["idFault"]} role="alert">
          {t(`workflows.id_${fault}`)}
        </span>
      )}
    </>
  );
}
