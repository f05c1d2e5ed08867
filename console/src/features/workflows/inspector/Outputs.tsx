import { Waves } from "lucide-react";
import { useEditorState } from "@/canvas";
import { CopyButton } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./Inspector.module.css";

/** What a node gives, with types, ready to be copied as references. */
export function Outputs({ id }: { id: string }) {
  const { t } = useI18n();
  const outputs = useEditorState((state) => {
    const node = state.document.nodes[id];
    return state.shapes[id]?.outputs ?? (node && state.catalog.of(node)?.outputs);
  });
  const inner = useEditorState((state) => state.shapes[id]?.inner);
  if (!outputs || (outputs.length === 0 && !inner)) return <p className={styles["quiet"]}>{t("workflows.noOutputs")}</p>;
  return (
    <>
      <ul className={styles["outputs"]}>
        {outputs.map((output) => (
          <li key={output.name} title={output.description}>
            <code>{output.name}</code>
            <span className={styles["type"]}>{output.type}</span>
            {output.streams && <Waves size={13} aria-label={t("workflows.streams")} />}
            <CopyButton text={`{{${id}.${output.name}}}`} />
          </li>
        ))}
      </ul>
      {inner && (
        <>
          <h4 className={styles["inside"]}>{t("workflows.readInside")}</h4>
          <ul className={styles["outputs"]}>
            {Object.entries(inner).map(([name, type]) => (
              <li key={name}>
                <code>{name}</code>
                <span className={styles["type"]}>{type}</span>
                <CopyButton text={`{{${id}.${name}}}`} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
