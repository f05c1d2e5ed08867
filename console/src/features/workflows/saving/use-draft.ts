import { useEffect, useState } from "react";
import { createEditor, type Editor, type NodeCatalog } from "@/canvas";
import { draftServer } from "../api";
import { DraftSync, type Saved } from "./draft-sync";
import { draftKeeper, takeLeftEdits, type Kept } from "./kept-drafts";

const LOOK_MS = 12_000;

export interface Draft {
  editor: Editor;
  sync: DraftSync;
}

/** Opens a draft for editing: saves it, keeps what cannot be saved, and follows what others do. */
export function useDraft(app: string, saved: Saved, catalog: NodeCatalog, isReadOnly: boolean): Draft {
  const [draft] = useState<Draft & { channel: BroadcastChannel; keeper: ReturnType<typeof draftKeeper> }>(() => {
    const editor = createEditor(saved.document, catalog, isReadOnly);
    const keeper = draftKeeper(app);
    const channel = new BroadcastChannel(`skep-draft/${app}`);
    const sync = new DraftSync(draftServer(app), editor, saved, keeper, (etag) => channel.postMessage(etag));
    return { editor, sync, channel, keeper };
  });

  useEffect(() => {
    draft.editor.setState({ catalog });
  }, [draft, catalog]);

  useEffect(() => {
    const { sync, channel, editor } = draft;
    let isOver = false;
    void takeLeftEdits(app).then((left) => {
      const last: Kept | undefined = left.at(-1);
      if (!isOver && !editor.getState().isReadOnly) for (const kept of last ? left : []) sync.recover(kept);
    });
    const look = () => {
      if (document.visibilityState === "visible") void sync.pull();
    };
    const leave = () => {
      if (sync.isDirty) void sync.flush();
    };
    const heard = () => void sync.pull();
    channel.addEventListener("message", heard);
    const timer = setInterval(look, LOOK_MS);
    window.addEventListener("focus", look);
    window.addEventListener("online", leave);
    document.addEventListener("visibilitychange", leave);
    return () => {
      isOver = true;
      clearInterval(timer);
      window.removeEventListener("focus", look);
      window.removeEventListener("online", leave);
      document.removeEventListener("visibilitychange", leave);
      channel.removeEventListener("message", heard);
      leave();
    };
  }, [app, draft]);

  return draft;
}
