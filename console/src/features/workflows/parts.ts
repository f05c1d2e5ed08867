import type { ComponentType } from "react";
import type { PlainKey } from "@/i18n";

export interface EditorPartProps {
  /** The id of the app. */
  app: string;
}

/**
 * What another feature adds to the editor: the export `editorPart` of its `editor.tsx`. It may follow the
 * editor with `useEditor` and show a run on the canvas with `showRun`.
 */
export interface EditorPart {
  id: string;
  order: number;
  /** In the top bar, before the button that publishes. `save` sends unsaved edits first. */
  Actions?: ComponentType<EditorPartProps & { save: () => Promise<void> }>;
  /** Beside the canvas; it draws nothing while it is closed. */
  Panel?: ComponentType<EditorPartProps & { save: () => Promise<void> }>;
  /** A tab of the inspector. */
  node?: { label: PlainKey; NodePanel: ComponentType<EditorPartProps & { node: string }> };
}

const modules = import.meta.glob<EditorPart>("../*/editor.tsx", { eager: true, import: "editorPart" });

export const editorParts: readonly EditorPart[] = Object.values(modules).sort((one, other) => one.order - other.order);

export const nodeParts = editorParts.flatMap((part) => (part.node ? [{ id: part.id, ...part.node }] : []));
