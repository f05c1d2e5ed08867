import { Command } from "cmdk";
import { NodeIcon, useEditor, useEditorParts } from "@/canvas";
import { Dialog } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./Editor.module.css";

/** Finds a node of this workflow by its name, id, type or what is written in it. */
export function FindNode({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const editor = useEditor();
  const { document, catalog } = useEditorParts((state) => ({ document: state.document, catalog: state.catalog }));
  return (
    <Dialog isOpen onOpenChange={onClose} title={t("workflows.findNode")}>
      <Command label={t("workflows.findNode")} className={styles["find"]} loop>
        <Command.Input placeholder={t("workflows.findNodeHint")} autoFocus className={styles["findInput"]} />
        <Command.List className={styles["findList"]}>
          <Command.Empty className={styles["quiet"]}>{t("actions.nothingFound")}</Command.Empty>
          {Object.entries(document.nodes).map(([id, node]) => {
            const type = catalog.of(node);
            return (
              <Command.Item
                key={id}
                value={id}
                keywords={[node.title ?? "", type?.title ?? node.type, JSON.stringify(node.settings ?? {}).slice(0, 2_000)]}
                className={styles["found"]}
                onSelect={() => {
                  onClose();
                  editor.open(id);
                }}
              >
                <NodeIcon type={type} size={24} />
                <span>{node.title || type?.title || node.type}</span>
                <code>{id}</code>
              </Command.Item>
            );
          })}
        </Command.List>
      </Command>
    </Dialog>
  );
}
