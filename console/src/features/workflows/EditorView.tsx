import { EditorContext, type NodeCatalog } from "@/canvas";
import { Canvas } from "@/canvas/view/Canvas";
import type { App } from "@/features/apps";
import type { Saved } from "./saving/draft-sync";
import { useDraft } from "./saving/use-draft";
import { useCheck } from "./checking/use-check";
import styles from "./Editor.module.css";

export function EditorView({ app, saved, catalog, isReadOnly }: { app: App; saved: Saved; catalog: NodeCatalog; isReadOnly: boolean }) {
  const draft = useDraft(app.id, saved, catalog, isReadOnly);
  useCheck(draft.editor);
  return (
    <EditorContext value={draft.editor}>
      <div className={styles["editor"]}>
        <Canvas onSearch={() => undefined} />
      </div>
    </EditorContext>
  );
}
