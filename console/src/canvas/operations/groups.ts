import { enclosing, type Extent, type Point, type WorkflowDocument } from "@/canvas/model/document";
import type { Frame } from "@/canvas/model/frames";
import { FRAME_HEAD, FRAME_PADDING, snap } from "@/canvas/model/geometry";
import { freshId } from "@/canvas/model/ids";

type Frames = ReadonlyMap<string, Frame>;

/** A group is a note that is drawn as a frame: what lies within belongs to it, and moves with it. */
export function isGroup(document: WorkflowDocument, id: string): boolean {
  return document.notes[id]?.kind === "frame";
}

/** Draws a frame around nodes and notes; of nodes inside of a container, around that. Null when there are none. */
export function addGroup(document: WorkflowDocument, frames: Frames, ids: Iterable<string>): { document: WorkflowDocument; id: string } | null {
  const place = around(outermost(document, ids).flatMap((id) => frames.get(id) ?? []));
  if (!place) return null;
  const id = freshId({ has: (wish) => wish in document.notes || wish in document.nodes }, "group");
  return { id, document: { ...document, notes: { ...document.notes, [id]: { kind: "frame", color: "grey", ...place } } } };
}

/** Returns the nodes and notes that lie wholly within a group; not what is inside of containers, which goes with those. */
export function contentsOf(document: WorkflowDocument, frames: Frames, id: string): string[] {
  const outer = frames.get(id);
  if (!outer || !isGroup(document, id)) return [];
  const roots = Object.keys(document.nodes).filter((node) => document.nodes[node]?.parent === undefined);
  return [...roots, ...Object.keys(document.notes)].filter((other) => {
    const frame = frames.get(other);
    return other !== id && frame !== undefined && isWithin(frame, outer);
  });
}

/** Returns the chosen nodes and notes, and those within the groups among them. */
export function withGrouped(document: WorkflowDocument, frames: Frames, ids: Iterable<string>): string[] {
  const chosen = new Set(ids);
  for (const id of [...chosen]) for (const inner of contentsOf(document, frames, id)) chosen.add(inner);
  return [...chosen];
}

/** Fits groups to what they held before their contents were put elsewhere; the inner ones first. */
export function refitted(before: WorkflowDocument, held: Frames, after: WorkflowDocument, framesAfter: (document: WorkflowDocument) => Frames): WorkflowDocument {
  const contents = Object.keys(before.notes)
    .filter((id) => isGroup(before, id))
    .map((id) => ({ id, inner: contentsOf(before, held, id) }))
    .sort((one, other) => one.inner.length - other.inner.length);
  return contents.reduce((document, { id, inner }) => {
    const note = document.notes[id];
    const frames = framesAfter(document);
    const place = around(inner.flatMap((each) => frames.get(each) ?? []));
    return note && place ? { ...document, notes: { ...document.notes, [id]: { ...note, ...place } } } : document;
  }, after);
}

function outermost(document: WorkflowDocument, ids: Iterable<string>): string[] {
  return [...new Set([...ids].map((id) => [...enclosing(document, id)].at(-1) ?? id))];
}

function around(frames: readonly Frame[]): { at: Point; size: Extent } | null {
  if (frames.length === 0) return null;
  const left = snap(Math.min(...frames.map(({ x }) => x)) - FRAME_PADDING);
  const top = snap(Math.min(...frames.map(({ y }) => y)) - FRAME_PADDING - FRAME_HEAD);
  const right = snap(Math.max(...frames.map(({ x, width }) => x + width)) + FRAME_PADDING);
  const bottom = snap(Math.max(...frames.map(({ y, height }) => y + height)) + FRAME_PADDING);
  return { at: [left, top], size: [right - left, bottom - top] };
}

/** Two frames of the same place hold each other not at all. */
function isWithin(inner: Frame, outer: Frame): boolean {
  const isSmaller = inner.width * inner.height < outer.width * outer.height;
  return (
    isSmaller &&
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
