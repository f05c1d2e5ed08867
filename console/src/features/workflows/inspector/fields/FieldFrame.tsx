import { useEffect, useRef, type ReactNode } from "react";
import { useEditor, useEditorState } from "@/canvas";
import { Field } from "@/design";
import { useIssue, type Path } from "../form-context";
import { Hint } from "./Hint";
import styles from "./Fields.module.css";

interface FieldFrameProps {
  path: Path;
  label: ReactNode;
  hint?: string | undefined;
  isRequired?: boolean | undefined;
  action?: ReactNode;
  children: ReactNode;
}

/** A setting: its name, how it is edited, what the check says about it. A jump to a problem ends here. */
export function FieldFrame({ path, label, hint, isRequired, action, children }: FieldFrameProps) {
  const issue = useIssue(path);
  const box = useJumpTarget(["settings", ...path]);
  return (
    <div ref={box} className={styles["field"]} data-path={path.join("/")}>
      <Field label={label} hint={hint && <Hint text={hint} />} error={issue} isRequired={isRequired ?? false} action={action}>
        {children}
      </Field>
    </div>
  );
}

/** Scrolls here and takes the focus when the editor is sent to this place of the opened node. */
export function useJumpTarget(path: Path) {
  const box = useRef<HTMLDivElement>(null);
  const editor = useEditor();
  const key = path.join("/");
  const isWanted = useEditorState(({ focusPath }) => focusPath?.join("/") === key);
  useEffect(() => {
    if (!isWanted || !box.current) return;
    box.current.scrollIntoView({ block: "center" });
    const target = box.current.querySelector<HTMLElement>(".cm-content, input, textarea, [role=combobox], [role=switch], button");
    target?.focus({ preventScroll: true });
    editor.setState({ focusPath: null });
  }, [isWanted, editor]);
  return box;
}
