import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { EditorContext, type NodeCatalog } from "@/canvas";
import { Canvas } from "@/canvas/view/Canvas";
import type { App } from "@/features/apps";
import { AppSettings } from "./app-settings/AppSettings";
import { useCheck } from "./checking/use-check";
import { Problems } from "./checking/Problems";
import styles from "./Editor.module.css";
import { EditorBar } from "./EditorBar";
import { FindNode } from "./FindNode";
import { Inspector } from "./inspector/Inspector";
import { editorParts } from "./parts";
import { PublishDialog } from "./publishing/PublishDialog";
import { VersionsDrawer } from "./publishing/VersionsDrawer";
import { Conflicts } from "./saving/Conflicts";
import type { Saved } from "./saving/draft-sync";
import { useDraft } from "./saving/use-draft";
import { YamlDialog } from "./yaml/YamlDialog";

export type OpenPanel = "publish" | "versions" | "yaml" | "settings" | "find" | null;

interface EditorViewProps {
  app: App;
  saved: Saved;
  catalog: NodeCatalog;
  isReadOnly: boolean;
}

/** The editor of one app: canvas, inspector, and what is opened over them. */
export function EditorView({ app, saved, catalog, isReadOnly }: EditorViewProps) {
  const { editor, sync } = useDraft(app.id, saved, catalog, isReadOnly);
  const queries = useQueryClient();
  const [panel, setPanel] = useState<OpenPanel>(null);
  const [hasProblems, setHasProblems] = useState(false);
  const close = useCallback(() => setPanel(null), []);
  const save = useCallback(async () => {
    await sync.flush();
    if (sync.isDirty) throw sync.state.getState().problem ?? new Error("not saved");
  }, [sync]);
  useCheck(editor);
  useSaveKey(save);
  useEffect(
    // Lists that show the app's name and the time it was saved.
    () => () => void queries.invalidateQueries({ queryKey: ["apps"], refetchType: "none" }),
    [queries],
  );

  return (
    <EditorContext value={editor}>
      <EditorBar app={app} sync={sync} save={save} onOpen={setPanel} onProblems={() => setHasProblems(!hasProblems)} hasProblems={hasProblems} />
      <div className={styles["editor"]}>
        <div className={styles["main"]}>
          <Canvas onSearch={() => setPanel("find")}>
            <Conflicts sync={sync} />
          </Canvas>
          {hasProblems && <Problems onClose={() => setHasProblems(false)} />}
        </div>
        <Inspector app={app.id} />
        {editorParts.map(({ id, Panel }) => Panel && <Panel key={id} app={app.id} save={save} />)}
      </div>
      {panel === "publish" && <PublishDialog app={app} save={save} onClose={close} onProblems={() => setHasProblems(true)} />}
      {panel === "versions" && <VersionsDrawer app={app} onClose={close} />}
      {panel === "yaml" && <YamlDialog app={app.id} sync={sync} save={save} onClose={close} />}
      {panel === "settings" && <AppSettings app={app.id} onClose={close} />}
      {panel === "find" && <FindNode onClose={close} />}
    </EditorContext>
  );
}

/** People press ⌘S from habit; it saves at once rather than the page. */
function useSaveKey(save: () => Promise<void>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "s" || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      save().catch(() => undefined);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [save]);
}
