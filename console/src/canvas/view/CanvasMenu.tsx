import { BoxSelect, ClipboardPaste, Copy, CopyPlus, Group, Maximize, Pencil, Plus, SquareDashed, StickyNote, Trash2, Ungroup, Unlink, Workflow } from "lucide-react";
import { useState, type MouseEvent, type ReactNode } from "react";
import type { Point } from "@/canvas/model/document";
import { isGroup } from "@/canvas/operations/groups";
import { useEditor } from "@/canvas/state/context";
import type { Editor } from "@/canvas/state/editor-store";
import { copied, dissolveContainer, duplicateSelected, groupSelected, layOutAll, pasteText, removeSelected, selectAll, selectGrouped } from "@/canvas/view/commands";
import type { KeyboardActions } from "@/canvas/view/use-keyboard";
import { ContextMenu, copyText, useToasts, type MenuEntry } from "@/design";
import { useI18n, type Translate } from "@/i18n";

interface Place {
  node: string | null;
  edge: string | null;
  screen: { x: number; y: number };
}

/** What can be done with what is under the pointer: a node, an edge, the canvas. */
export function CanvasMenu({ middle, actions, children }: { middle: () => Point; actions: KeyboardActions; children: ReactNode }) {
  const { t } = useI18n();
  const editor = useEditor();
  const { say } = useToasts();
  const [place, setPlace] = useState<Place | null>(null);
  const onOpen = (event: MouseEvent) => {
    const target = event.target as Element;
    const node = target.closest(".react-flow__node")?.getAttribute("data-id") ?? null;
    const edge = target.closest(".react-flow__edge")?.getAttribute("data-id") ?? null;
    const { selection } = editor.getState();
    if (node !== null && !selection.includes(node)) editor.select([node]);
    if (edge !== null) editor.select([], [edge]);
    setPlace({ node, edge, screen: { x: event.clientX, y: event.clientY } });
  };
  const paste = () => {
    const failed = () => say(t("canvas.pasteWithKeys"));
    navigator.clipboard.readText().then(
      (text) => {
        if (!pasteText(editor, text, middle())) say(t("canvas.nothingToPaste"));
      },
      failed,
    );
  };
  const items = place ? entriesAt(place, { editor, t, paste, actions }) : [];
  return (
    <ContextMenu onOpen={onOpen} items={items}>
      {children}
    </ContextMenu>
  );
}

interface Means {
  editor: Editor;
  t: Translate;
  paste: () => void;
  actions: KeyboardActions;
}

function entriesAt(place: Place, means: Means): MenuEntry[] {
  const { editor, t } = means;
  if (editor.getState().isReadOnly) return [{ label: t("canvas.selectAll"), shortcut: "mod+a", onSelect: () => selectAll(editor) }];
  if (place.edge !== null) return edgeEntries(place, place.edge, means);
  return place.node === null ? paneEntries(place, means) : nodeEntries(place.node, means);
}

function edgeEntries(place: Place, edge: string, { editor, t }: Means): MenuEntry[] {
  return [
    { label: t("canvas.insertHere"), icon: Plus, onSelect: () => editor.setState({ adding: { screen: place.screen, edge } }) },
    { label: t("canvas.disconnect"), icon: Unlink, shortcut: "⌫", isDangerous: true, onSelect: () => removeSelected(editor) },
  ];
}

function paneEntries(place: Place, { editor, t, paste, actions }: Means): MenuEntry[] {
  const at = actions.middle();
  return [
    { label: t("canvas.addNode"), icon: Plus, shortcut: "a", onSelect: () => editor.setState({ adding: { screen: place.screen, at } }) },
    { label: t("canvas.addNote"), icon: StickyNote, shortcut: "n", onSelect: actions.addNote },
    { label: t("canvas.paste"), icon: ClipboardPaste, shortcut: "mod+v", onSelect: paste },
    "separator",
    { label: t("canvas.selectAll"), icon: SquareDashed, shortcut: "mod+a", onSelect: () => selectAll(editor) },
    { label: t("canvas.layOut"), icon: Workflow, shortcut: "l", onSelect: () => void layOutAll(editor) },
    { label: t("canvas.shortcuts"), icon: Maximize, shortcut: "?", onSelect: actions.openHelp },
  ];
}

function nodeEntries(node: string, { editor, t }: Means): MenuEntry[] {
  const { document, catalog } = editor.getState();
  const isContainer = catalog.roleOf(document.nodes[node]) === "container";
  const copy = () => {
    const text = copied(editor);
    if (text !== null) void copyText(text);
  };
  const entries: MenuEntry[] = [
    { label: t("canvas.duplicate"), icon: CopyPlus, shortcut: "mod+d", onSelect: () => duplicateSelected(editor) },
    { label: t("canvas.copy"), icon: Copy, shortcut: "mod+c", onSelect: copy },
  ];
  if (node in document.nodes) entries.unshift({ label: t("canvas.keyOpen"), icon: Pencil, shortcut: "enter", onSelect: () => editor.open(node) });
  if (isGroup(document, node)) entries.push({ label: t("canvas.selectGrouped"), icon: BoxSelect, onSelect: () => selectGrouped(editor, node) });
  else entries.push({ label: t("canvas.group"), icon: Group, shortcut: "g", onSelect: () => groupSelected(editor) });
  if (isContainer) entries.push({ label: t("canvas.dissolve"), icon: SquareDashed, onSelect: () => dissolveContainer(editor, node) });
  if (isGroup(document, node)) {
    return [...entries, "separator", { label: t("canvas.ungroup"), icon: Ungroup, shortcut: "⌫", onSelect: () => removeSelected(editor) }];
  }
  return [
    ...entries,
    "separator",
    { label: t("canvas.deleteAndJoin"), icon: Unlink, shortcut: "shift+⌫", onSelect: () => removeSelected(editor, true) },
    { label: t("canvas.delete"), icon: Trash2, shortcut: "⌫", isDangerous: true, onSelect: () => removeSelected(editor) },
  ];
}
