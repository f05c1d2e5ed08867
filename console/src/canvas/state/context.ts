import { createContext, use } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { Issue } from "@/canvas/state/issues";
import type { Editor, EditorState } from "@/canvas/state/editor-store";

export const EditorContext = createContext<Editor | null>(null);

/** The editor around: its document, selection and history. */
export function useEditor(): Editor {
  const editor = use(EditorContext);
  if (!editor) throw new Error("useEditor is used outside of an editor");
  return editor;
}

/** Follows one part of the editor's state. */
export function useEditorState<T>(select: (state: EditorState) => T): T {
  return useStore(useEditor(), select);
}

/** Follows several parts of the editor's state. */
export function useEditorParts<T extends object>(select: (state: EditorState) => T): T {
  return useStore(useEditor(), useShallow(select));
}

const NONE: readonly Issue[] = [];

/** The faults at a node. */
export function useNodeIssues(id: string): readonly Issue[] {
  return useEditorState((state) => state.issuesByNode.get(id) ?? NONE);
}
