import { lazy, Suspense } from "react";
import type { VariableGroup } from "@/canvas/operations/scope";
import { classes } from "@/design";
import styles from "./TextEditor.module.css";

const CodeMirror = lazy(() => import("./CodeMirror"));

export type TextLanguage = "prompt" | "template" | "python" | "javascript" | "json" | "yaml";

/** What can be done to an editor from outside. */
export interface TextHandle {
  insert: (text: string) => void;
  focus: () => void;
}

export interface TextEditorProps {
  value: string;
  onChange: (value: string) => void;
  language: TextLanguage;
  /** Read out as the name of the field. */
  label: string;
  describedBy?: string | undefined;
  placeholder?: string | undefined;
  /** What `{{…}}` may refer to. */
  variables?: readonly VariableGroup[] | undefined;
  isSingleLine?: boolean | undefined;
  isReadOnly?: boolean | undefined;
  isInvalid?: boolean | undefined;
  /** How many lines are shown at least. */
  rows?: number | undefined;
  onReady?: ((handle: TextHandle) => void) | undefined;
}

/** A text with marked references, or code. Until the editor is loaded the text stands there as it is. */
export function TextEditor(props: TextEditorProps) {
  const rows = props.isSingleLine ? 1 : (props.rows ?? 3);
  return (
    <div
      className={classes(styles["editor"], props.isInvalid && styles["invalid"], props.language !== "prompt" && styles["code"])}
      style={{ minHeight: rows * 19.375 + 12 }}
    >
      <Suspense fallback={<pre className={styles["waiting"]}>{props.value}</pre>}>
        <CodeMirror {...props} />
      </Suspense>
    </div>
  );
}
