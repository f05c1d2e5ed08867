import { withContents, type Extent, type Point, type WorkflowDocument } from "@/canvas/model/document";

/** Puts nodes and notes at places; what is inside of a container goes with it. */
export function place(document: WorkflowDocument, places: ReadonlyMap<string, Point>): WorkflowDocument {
  let { layout, notes } = document;
  for (const [id, [x, y]] of places) {
    const at: Point = [Math.round(x), Math.round(y)];
    if (id in document.nodes) {
      const [oldX, oldY] = document.layout[id] ?? [0, 0];
      const shift: Point = [at[0] - oldX, at[1] - oldY];
      layout = { ...layout, [id]: at };
      for (const inner of withContents(document, [id])) {
        if (inner === id || places.has(inner)) continue;
        const old = document.layout[inner] ?? [0, 0];
        layout[inner] = [old[0] + shift[0], old[1] + shift[1]];
      }
    } else if (document.notes[id]) {
      notes = { ...notes, [id]: { ...document.notes[id], at } };
    }
  }
  return layout === document.layout && notes === document.notes ? document : { ...document, layout, notes };
}

/** Moves nodes and notes by a distance. */
export function nudge(document: WorkflowDocument, ids: Iterable<string>, [dx, dy]: Point): WorkflowDocument {
  const chosen = new Set(ids);
  const places = new Map<string, Point>();
  for (const id of chosen) {
    const at = id in document.nodes ? (document.layout[id] ?? [0, 0]) : document.notes[id]?.at;
    if (at) places.set(id, [at[0] + dx, at[1] + dy]);
  }
  return place(document, places);
}

/** Sets how large a container or a note is drawn; its corner may move with it. */
export function resize(document: WorkflowDocument, id: string, at: Point, size: Extent): WorkflowDocument {
  const corner: Point = [Math.round(at[0]), Math.round(at[1])];
  const extent: Extent = [Math.round(size[0]), Math.round(size[1])];
  const note = document.notes[id];
  if (note) return { ...document, notes: { ...document.notes, [id]: { ...note, at: corner, size: extent } } };
  if (!(id in document.nodes)) return document;
  return {
    ...document,
    layout: { ...document.layout, [id]: corner },
    sizes: { ...document.sizes, [id]: extent },
  };
}
