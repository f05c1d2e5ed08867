import type { EdgeChange, NodeChange } from "@xyflow/react";
import { useCallback, useMemo, useRef, useState } from "react";
import type { Point, WorkflowDocument } from "@/canvas/model/document";
import { containerAt } from "@/canvas/model/frames";
import { nestingRefusal, setParent } from "@/canvas/operations/containers";
import { contentsOf, isGroup } from "@/canvas/operations/groups";
import { place } from "@/canvas/operations/placing";
import { useEditor, useEditorParts } from "@/canvas/state/context";
import { Projector, type CanvasEdge, type CanvasNode, type Projected } from "@/canvas/view/projection";

interface Flow extends Projected {
  onNodesChange: (changes: NodeChange<CanvasNode>[]) => void;
  onEdgesChange: (changes: EdgeChange<CanvasEdge>[]) => void;
  onDragStop: () => void;
  /** The container that nodes would go into if they were let go now. */
  dropTarget: string | null;
}

type Moving = ReadonlyMap<string, { x: number; y: number }>;
const STILL: Moving = new Map();

/** Draws the document, and takes moves and selections back into it. Moves are written down when they end. */
export function useFlow(): Flow {
  const editor = useEditor();
  const parts = useEditorParts(({ document, catalog, shapes, selection, selectedEdges }) => ({
    document,
    catalog,
    shapes,
    selection,
    selectedEdges,
  }));
  const [projector] = useState(() => new Projector());
  const [moving, setMoving] = useState<Moving>(STILL);
  const [dropTarget, setDropTarget] = useState<string | null>(null);
  const latest = useRef<Moving>(STILL);
  const projected = useMemo(() => projector.project(parts), [projector, parts]);

  const nodes = useMemo(() => {
    if (moving.size === 0) return projected.nodes;
    return projected.nodes.map((node) => {
      const position = moving.get(node.id);
      return position ? { ...node, position, dragging: true } : node;
    });
  }, [projected, moving]);

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const positions = changes.filter((change) => change.type === "position" && change.position && change.dragging);
      if (positions.length > 0) {
        const next = new Map(latest.current);
        for (const change of positions) if (change.type === "position" && change.position) next.set(change.id, change.position);
        takeAlong(next, editor.getState().document, projected.frames);
        latest.current = next;
        setMoving(next);
        setDropTarget(targetOf(editor.getState(), absolute(projected, next), projected)?.container ?? null);
      }
      const selects = changes.filter((change) => change.type === "select");
      if (selects.length > 0) {
        const chosen = new Set(editor.getState().selection);
        for (const change of selects) {
          if (change.selected) chosen.add(change.id);
          else chosen.delete(change.id);
        }
        editor.select([...chosen], editor.getState().selectedEdges);
      }
    },
    [editor, projected],
  );

  const onEdgesChange = useCallback(
    (changes: EdgeChange<CanvasEdge>[]) => {
      const chosen = new Set(editor.getState().selectedEdges);
      for (const change of changes) {
        if (change.type !== "select") continue;
        if (change.selected) chosen.add(change.id);
        else chosen.delete(change.id);
      }
      editor.select(editor.getState().selection, [...chosen]);
    },
    [editor],
  );

  const onDragStop = useCallback(() => {
    const moved = latest.current;
    latest.current = STILL;
    setMoving(STILL);
    setDropTarget(null);
    if (moved.size === 0) return;
    const places = absolute(projected, moved);
    const target = targetOf(editor.getState(), places, projected);
    editor.edit((document) => {
      const put = place(document, places);
      return target ? setParent(put, editor.getState().catalog, target.ids, target.container) : put;
    });
  }, [editor, projected]);

  return { ...projected, nodes, onNodesChange, onEdgesChange, onDragStop, dropTarget };
}

/** Moves with each group that is moved what lay within it before. */
function takeAlong(moving: Map<string, { x: number; y: number }>, document: WorkflowDocument, frames: Projected["frames"]): void {
  const held = [...moving.keys()].filter((id) => isGroup(document, id));
  const own = new Set(held);
  for (const id of held) {
    const [from, to] = [frames.get(id), moving.get(id)];
    if (!from || !to) continue;
    for (const inner of contentsOf(document, frames, id)) {
      const frame = frames.get(inner);
      if (frame && !own.has(inner)) moving.set(inner, { x: frame.x + to.x - from.x, y: frame.y + to.y - from.y });
    }
  }
}

function absolute(projected: Projected, moved: Moving): Map<string, Point> {
  const nodes = new Map(projected.nodes.map((node) => [node.id, node]));
  return new Map(
    [...moved].map(([id, { x, y }]) => {
      const parent = nodes.get(id)?.parentId;
      const outer = parent === undefined ? undefined : projected.frames.get(parent);
      return [id, [x + (outer?.x ?? 0), y + (outer?.y ?? 0)]];
    }),
  );
}

/** Finds out whether moved nodes change the container they are in, and which. */
function targetOf(
  { document, catalog }: Pick<ReturnType<ReturnType<typeof useEditor>["getState"]>, "document" | "catalog">,
  places: ReadonlyMap<string, Point>,
  { frames }: Projected,
): { ids: string[]; container: string | null } | null {
  const moving = new Set(places.keys());
  if ([...moving].some((id) => isGroup(document, id))) return null;
  const roots = [...places.keys()].filter((id) => id in document.nodes && !moving.has(document.nodes[id]?.parent ?? ""));
  const first = roots[0];
  const at = first === undefined ? undefined : places.get(first);
  const frame = first === undefined ? undefined : frames.get(first);
  if (!at || !frame) return null;
  const middle: Point = [at[0] + frame.width / 2, at[1] + Math.min(frame.height / 2, 26)];
  const container = containerAt(document, catalog, frames, middle, moving);
  const ids = roots.filter(
    (id) => (document.nodes[id]?.parent ?? null) !== container && !nestingRefusal(document, catalog, id, container),
  );
  return ids.length > 0 ? { ids, container } : null;
}
