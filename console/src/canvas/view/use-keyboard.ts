import { useReactFlow } from "@xyflow/react";
import { useCallback, type ClipboardEvent, type KeyboardEvent } from "react";
import type { Point } from "@/canvas/model/document";
import { useEditor } from "@/canvas/state/context";
import type { Editor } from "@/canvas/state/editor-store";
import { firstNode, neighbour, type Direction } from "@/canvas/view/arrows";
import { copied, duplicateSelected, frames, groupSelected, layOutAll, nudgeSelected, pasteText, removeCut, removeSelected, selectAll } from "@/canvas/view/commands";

const DIRECTIONS: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const STEPS: Record<Direction, Point> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };

export interface KeyboardActions {
  openPalette: () => void;
  openHelp: () => void;
  openSearch: () => void;
  middle: () => Point;
  addNote: () => void;
}

/** Tells whether keys belong to a field that somebody types into. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Everything the canvas does, by keys; they count while the focus is in it. */
export function useKeyboard(actions: KeyboardActions) {
  const editor = useEditor();
  const flow = useReactFlow();

  const reveal = useCallback(
    (id: string) => {
      const frame = frames(editor.getState()).get(id);
      if (!frame) return;
      const { x, y, zoom } = flow.getViewport();
      const box = document.querySelector(".react-flow")?.getBoundingClientRect();
      if (!box) return;
      const [left, top] = [frame.x * zoom + x, frame.y * zoom + y];
      const isSeen = left > 24 && top > 24 && left + frame.width * zoom < box.width - 24 && top + frame.height * zoom < box.height - 24;
      if (!isSeen) void flow.setCenter(frame.x + frame.width / 2, frame.y + frame.height / 2, { zoom, duration: 150 });
    },
    [editor, flow],
  );

  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      if (isTyping(event.target)) return;
      const isDone = withModifier(event, editor) || plain(event, { editor, flow, actions, reveal });
      if (isDone) {
        event.preventDefault();
        event.stopPropagation();
      }
    },
    [editor, flow, actions, reveal],
  );

  const onCopy = useCallback(
    (event: ClipboardEvent) => {
      const text = isTyping(event.target) ? null : copied(editor);
      if (text === null) return;
      event.clipboardData.setData("text/plain", text);
      event.preventDefault();
      if (event.type === "cut") removeCut(editor);
    },
    [editor],
  );

  const onPaste = useCallback(
    (event: ClipboardEvent) => {
      if (isTyping(event.target)) return;
      if (pasteText(editor, event.clipboardData.getData("text/plain"), actions.middle())) event.preventDefault();
    },
    [editor, actions],
  );

  return { onKeyDown, onCopy, onCut: onCopy, onPaste, reveal };
}

function withModifier(event: KeyboardEvent, editor: Editor): boolean {
  if (!event.metaKey && !event.ctrlKey) return false;
  switch (event.key.toLowerCase()) {
    case "z":
      if (event.shiftKey) editor.redo();
      else editor.undo();
      return true;
    case "y":
      editor.redo();
      return true;
    case "d":
      duplicateSelected(editor);
      return true;
    case "a":
      selectAll(editor);
      return true;
    default:
      return false;
  }
}

interface Means {
  editor: Editor;
  flow: ReturnType<typeof useReactFlow>;
  actions: KeyboardActions;
  reveal: (id: string) => void;
}

function plain(event: KeyboardEvent, means: Means): boolean {
  if (event.metaKey || event.ctrlKey) return false;
  const direction = DIRECTIONS[event.key];
  if (direction) return arrow(event, direction, means);
  const action = keyActions(means)[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  // On a button, Enter and the space bar press it.
  const isOnButton = event.target instanceof HTMLButtonElement && (event.key === "Enter" || event.key === " ");
  if (!action || isOnButton) return false;
  return action(event);
}

function keyActions({ editor, flow, actions }: Means): Record<string, (event: KeyboardEvent) => boolean> {
  const done = (act: () => unknown) => () => {
    act();
    return true;
  };
  return {
    Delete: (event) => {
      removeSelected(editor, event.shiftKey);
      return true;
    },
    Backspace: (event) => {
      removeSelected(editor, event.shiftKey);
      return true;
    },
    Enter: () => openSelected(editor),
    Escape: () => {
      const { opened, selection, selectedEdges, adding } = editor.getState();
      if (adding) editor.setState({ adding: null });
      else if (opened !== null) editor.open(null);
      else if (selection.length + selectedEdges.length > 0) editor.select([]);
      else return false;
      return true;
    },
    a: done(actions.openPalette),
    g: () => groupSelected(editor),
    n: done(actions.addNote),
    f: done(() => flow.fitView({ duration: 150, padding: 0.15, maxZoom: 1 })),
    l: done(() => layOutAll(editor).then(() => flow.fitView({ duration: 150, padding: 0.15, maxZoom: 1 }))),
    "/": done(actions.openSearch),
    "?": done(actions.openHelp),
    "+": done(() => flow.zoomIn({ duration: 100 })),
    "=": done(() => flow.zoomIn({ duration: 100 })),
    "-": done(() => flow.zoomOut({ duration: 100 })),
    "0": done(() => flow.zoomTo(1, { duration: 100 })),
  };
}

function openSelected(editor: Editor): boolean {
  const [id] = editor.getState().selection;
  if (id === undefined) return false;
  const note = document.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"] [data-note-text]`);
  if (note) note.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
  else editor.open(id);
  return true;
}

function arrow(event: KeyboardEvent, direction: Direction, { editor, reveal }: Means): boolean {
  const state = editor.getState();
  const [dx, dy] = STEPS[direction];
  if (event.altKey || event.shiftKey) {
    const step = event.shiftKey ? 50 : 10;
    nudgeSelected(editor, [dx * step, dy * step]);
    return true;
  }
  const held = frames(state);
  const current = state.selection.find((id) => id in state.document.nodes);
  const next = current === undefined ? firstNode(state.document, held) : neighbour(state.document, held, current, direction);
  if (next === null) return true;
  editor.select([next]);
  if (state.opened !== null) editor.open(next);
  reveal(next);
  return true;
}
