import { useEffect } from "react";
import type { Editor, WorkflowDocument } from "@/canvas";
import { locate } from "@/canvas/state/issues";
import { checkDocument } from "../api";

const PAUSE_MS = 250;

/** Checks the document a moment after each edit; faults and what nodes offer go into the editor. */
export function useCheck(editor: Editor): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let request: AbortController | null = null;
    const check = async () => {
      const { document } = editor.getState();
      request?.abort();
      const own = (request = new AbortController());
      try {
        const answer = await checkDocument(document, own.signal);
        if (own.signal.aborted) return;
        if (isSameGraph(editor.getState().document, document)) editor.setChecked(answer.nodes, locate(document, answer.errors));
        else plan();
      } catch {
        if (!own.signal.aborted) plan(4_000);
      }
    };
    const plan = (pause = PAUSE_MS) => {
      clearTimeout(timer);
      timer = setTimeout(() => void check(), pause);
    };
    void check();
    const stop = editor.subscribe((next, before) => {
      if (next.catalog !== before.catalog || (next.document !== before.document && !isSameGraph(next.document, before.document))) plan();
    });
    return () => {
      stop();
      clearTimeout(timer);
      request?.abort();
    };
  }, [editor]);
}

/** Tells whether two documents differ in nothing but where things stand. */
function isSameGraph(one: WorkflowDocument, other: WorkflowDocument): boolean {
  return (
    one.nodes === other.nodes &&
    one.edges === other.edges &&
    one.app === other.app &&
    one.environment === other.environment &&
    one.conversation === other.conversation &&
    one.limits === other.limits
  );
}
