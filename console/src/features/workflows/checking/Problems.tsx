import { CircleCheck, X } from "lucide-react";
import { NodeIcon, useEditor, useEditorParts, type Issue } from "@/canvas";
import { IconButton } from "@/design";
import { useI18n } from "@/i18n";
import styles from "../Editor.module.css";

/** Everything that keeps the workflow from running; each entry leads to its place. */
export function Problems({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const editor = useEditor();
  const { issues, document, catalog } = useEditorParts((state) => ({ issues: state.issues, document: state.document, catalog: state.catalog }));
  const go = (issue: Issue) => {
    if (issue.edge !== undefined) editor.select([], [issue.edge]);
    else if (issue.node !== undefined) editor.open(issue.node, issue.path);
  };
  return (
    <section className={styles["problems"]} aria-label={t("workflows.problemsTitle")}>
      <header>
        <h2>{t("workflows.problemsTitle")}</h2>
        <IconButton icon={X} size="small" label={t("actions.close")} onClick={onClose} />
      </header>
      {issues.length === 0 ? (
        <p className={styles["allWell"]}>
          <CircleCheck size={16} aria-hidden /> {t("workflows.allWell")}
        </p>
      ) : (
        <ul>
          {issues.map((issue) => {
            const node = issue.node === undefined ? undefined : document.nodes[issue.node];
            const type = node && catalog.of(node);
            return (
              <li key={issue.pointer + issue.message}>
                <button type="button" onClick={() => go(issue)} disabled={issue.node === undefined}>
                  {node && <NodeIcon type={type} size={20} />}
                  <span className={styles["where"]}>{node ? node.title || (issue.node ?? "") : issue.pointer || t("workflows.wholeApp")}</span>
                  <span>{issue.message}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
