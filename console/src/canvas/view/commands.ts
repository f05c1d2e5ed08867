import { edgeKey, type Point } from "@/canvas/model/document";
import { drawnPorts, framesOf, placeAfter, type Frame } from "@/canvas/model/frames";
import { GAP_X, GAP_Y, nodeSize, snap } from "@/canvas/model/geometry";
import { portsOf, usedPorts, type NodeType } from "@/canvas/model/node-types";
import { clipText, copy, duplicate, parseClip, paste } from "@/canvas/operations/clipboard";
import { dissolve } from "@/canvas/operations/containers";
import { connect, disconnect, insertOnEdge, refusal } from "@/canvas/operations/edges";
import { addGroup, refitted, withGrouped } from "@/canvas/operations/groups";
import { addNode, removeNodes } from "@/canvas/operations/nodes";
import { addNote, removeNotes } from "@/canvas/operations/notes";
import { nudge, place } from "@/canvas/operations/placing";
import type { Adding, Editor, EditorState } from "@/canvas/state/editor-store";

type Held = Pick<EditorState, "document" | "catalog" | "shapes">;

/** The frames of all nodes as they are drawn. */
export function frames({ document, catalog, shapes }: Held): Map<string, Frame> {
  const used = usedPorts(document);
  return framesOf(document, catalog, (id) => drawnPorts(document, { catalog, shapes }, id, used.get(id)));
}

/** Adds a node where the list was opened: after a port, on an edge, inside of a container, or at a point. */
export function add(editor: Editor, type: NodeType, adding: Adding, center: Point): string {
  const { document, catalog, shapes } = editor.getState();
  const edge = adding.edge === undefined ? undefined : document.edges.find((other) => edgeKey(other) === adding.edge);
  const from = adding.source?.node ?? edge?.from.split(".", 1)[0];
  const parent = adding.parent === undefined ? (from === undefined ? undefined : document.nodes[from]?.parent) : (adding.parent ?? undefined);
  const held = frames(editor.getState());
  const at = adding.at ?? placeFor({ document, catalog, shapes }, { held, from, parent, type, center });
  let id = "";
  editor.edit(
    (draft) => {
      const added = addNode(draft, type, [snap(at[0]), snap(at[1])], parent === undefined ? {} : { parent });
      id = added.id;
      let next = added.document;
      const installed = { catalog, shapes };
      if (edge) {
        const through = insertOnEdge(next, installed, edgeKey(edge), id);
        next = through === next ? next : makeRoom(through, held, { id, from: from ?? "", to: edge.to });
      } else if (adding.source && !refusal(next, { catalog, shapes: withPort(shapes, adding.source) }, adding.source, id)) {
        next = connect(next, adding.source, id);
      }
      return next;
    },
  );
  editor.setState({ adding: null });
  editor.open(id);
  return id;
}

/** A port that is drawn exists, also while its node's settings are half done. */
function withPort(shapes: EditorState["shapes"], { node, port }: { node: string; port: string }): EditorState["shapes"] {
  const known = shapes[node];
  return { ...shapes, [node]: { outputs: known?.outputs ?? null, ports: [...(known?.ports ?? []), port] } };
}

function placeFor(
  { document }: Held,
  ask: { held: ReadonlyMap<string, Frame>; from: string | undefined; parent: string | undefined; type: NodeType; center: Point },
): Point {
  if (ask.from !== undefined) return placeAfter(document, ask.held, ask.from, nodeSize(ask.type.ports ?? []), [GAP_X, GAP_Y]);
  const outer = ask.parent === undefined ? undefined : ask.held.get(ask.parent);
  return outer ? [outer.x + 28, outer.y + 72] : [ask.center[0] - 116, ask.center[1] - 26];
}

/** Moves what comes after a node that was put onto an edge to the right, when it would be covered. */
function makeRoom(
  document: EditorState["document"],
  held: ReadonlyMap<string, Frame>,
  { id, from, to }: { id: string; from: string; to: string },
): EditorState["document"] {
  const [before, after] = [held.get(from), held.get(to)];
  if (!before || !after) return document;
  const needed = before.x + before.width + GAP_X + 232 + GAP_X;
  const shift = Math.max(0, snap(needed - after.x));
  const placed = place(document, new Map([[id, [before.x + before.width + GAP_X, snap((before.y + after.y) / 2)]]]));
  if (shift === 0 || after.x < before.x) return placed;
  const parent = document.nodes[to]?.parent;
  const later = Object.keys(document.nodes).filter(
    (other) => other !== id && document.nodes[other]?.parent === parent && (held.get(other)?.x ?? -Infinity) >= after.x,
  );
  return nudge(placed, later, [shift, 0]);
}

export function removeSelected(editor: Editor, isBridged = false): void {
  const { selection, selectedEdges } = editor.getState();
  editor.edit((document) => removeNotes(removeNodes(disconnect(document, selectedEdges), selection, isBridged), selection), { select: [] });
}

export function duplicateSelected(editor: Editor): void {
  const { document, catalog } = editor.getState();
  const made = duplicate(document, grouped(editor), catalog);
  if (made.ids.length > 0) editor.edit(() => made.document, { select: made.ids });
}

/** The selected nodes as text; null when there are none. */
export function copied(editor: Editor): string | null {
  const { selection, document } = editor.getState();
  return selection.length === 0 ? null : clipText(copy(document, grouped(editor)));
}

/** Adds nodes from text, with their middle at a point; tells whether the text held any. */
export function pasteText(editor: Editor, text: string, middle: Point): boolean {
  const clip = parseClip(text);
  if (!clip) return false;
  const corners = [...Object.values(clip.layout), ...Object.values(clip.notes).map((note) => note.at)];
  const [left, right] = [Math.min(...corners.map(([x]) => x)), Math.max(...corners.map(([x]) => x + 232))];
  const [top, bottom] = [Math.min(...corners.map(([, y]) => y)), Math.max(...corners.map(([, y]) => y + 52))];
  const shift: Point = corners.length === 0 ? middle : [snap(middle[0] - (left + right) / 2), snap(middle[1] - (top + bottom) / 2)];
  const { document, catalog } = editor.getState();
  const made = paste(document, clip, catalog, shift);
  if (made.ids.length > 0) editor.edit(() => made.document, { select: made.ids });
  return true;
}

export function selectAll(editor: Editor): void {
  const { document } = editor.getState();
  editor.select([...Object.keys(document.nodes), ...Object.keys(document.notes)]);
}

export function addNoteAt(editor: Editor, [x, y]: Point): void {
  const made = addNote(editor.getState().document, [snap(x), snap(y)]);
  editor.edit(() => made.document, { select: [made.id] });
}

/** Draws a frame around what is selected; tells whether anything was. */
export function groupSelected(editor: Editor): boolean {
  const state = editor.getState();
  const made = addGroup(state.document, frames(state), state.selection);
  if (made) editor.edit(() => made.document, { select: [made.id] });
  return made !== null;
}

/** Selects what lies within a group, with the group itself. */
export function selectGrouped(editor: Editor, id: string): void {
  editor.select(withGrouped(editor.getState().document, frames(editor.getState()), [id]));
}

/** What is selected, with what lies within the groups among it. */
function grouped(editor: Editor): string[] {
  const state = editor.getState();
  return withGrouped(state.document, frames(state), state.selection);
}

/** Moves what is selected; a group takes along what lies within it. */
export function nudgeSelected(editor: Editor, shift: Point): void {
  const ids = grouped(editor);
  editor.edit((document) => nudge(document, ids, shift), { group: "nudge" });
}

/** Takes out what was copied. */
export function removeCut(editor: Editor): void {
  editor.select(grouped(editor), editor.getState().selectedEdges);
  removeSelected(editor);
}

export function dissolveContainer(editor: Editor, id: string): void {
  editor.edit((document) => dissolve(document, editor.getState().catalog, id));
}

/** Puts all nodes in order, from left to right. The code for that is loaded when it is first used. */
export async function layOutAll(editor: Editor): Promise<void> {
  const { layOut } = await import("@/canvas/operations/layout");
  const { catalog, shapes } = editor.getState();
  const framed = (document: EditorState["document"]) => frames({ document, catalog, shapes });
  editor.edit((document) => {
    const used = usedPorts(document);
    const ports = (id: string) => drawnPorts(document, { catalog, shapes }, id, used.get(id));
    const arranged = layOut(document, {
      sizeOf: (id) => nodeSize(ports(id)),
      isContainer: (id) => catalog.roleOf(document.nodes[id]) === "container",
      portIndex: (id, port) => {
        const node = document.nodes[id];
        return node ? portsOf(node, catalog.of(node), shapes[id]).indexOf(port) : 0;
      },
    });
    return refitted(document, framed(document), arranged, framed);
  });
}
