import { sourceOf, type Extent, type Point, type WorkflowDocument } from "@/canvas/model/document";
import {
  CONTAINER_HEAD,
  CONTAINER_PADDING,
  EMPTY_CONTAINER,
  nodeSize,
  NOTE_SIZE,
} from "@/canvas/model/geometry";
import { groupBy } from "@/canvas/model/json";
import { portsOf, type NodeCatalog, type Shapes } from "@/canvas/model/node-types";

/** Where something is drawn, in coordinates of the whole canvas. */
export interface Frame {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Returns the ports that are drawn at a node: its own, and those that edges leave by all the same. */
export function drawnPorts(
  document: WorkflowDocument,
  { catalog, shapes }: { catalog: NodeCatalog; shapes: Shapes },
  id: string,
  used: ReadonlySet<string> | undefined,
): string[] {
  const node = document.nodes[id];
  if (!node) return [];
  const own = portsOf(node, catalog.of(node), shapes[id]);
  if (!used) return own;
  const more = [...used].filter((port) => !own.includes(port));
  return more.length === 0 ? own : [...own, ...more];
}

/** Returns the frames of all nodes and notes. A container is as large as what it holds, or as somebody made it. */
export function framesOf(
  document: WorkflowDocument,
  catalog: NodeCatalog,
  portsAt: (id: string) => readonly string[],
): Map<string, Frame> {
  const frames = new Map<string, Frame>();
  const ids = Object.keys(document.nodes);
  const children = groupBy(ids, (id) => document.nodes[id]?.parent);
  const measure = (id: string, depth: number): Frame => {
    const known = frames.get(id);
    if (known) return known;
    const node = document.nodes[id];
    const [x, y] = document.layout[id] ?? [0, 0];
    const isContainer = catalog.roleOf(node) === "container" || children.has(id);
    const [width, height] = isContainer ? (document.sizes[id] ?? EMPTY_CONTAINER) : nodeSize(portsAt(id));
    let frame: Frame = { x, y, width, height };
    frames.set(id, frame);
    if (isContainer && depth < 16) {
      const inner = (children.get(id) ?? []).map((child) => measure(child, depth + 1));
      frame = around(frame, inner, id in document.sizes);
      frames.set(id, frame);
    }
    return frame;
  };
  for (const id of ids) measure(id, 0);
  for (const [id, note] of Object.entries(document.notes)) {
    const [width, height] = note.size ?? NOTE_SIZE;
    frames.set(id, { x: note.at[0], y: note.at[1], width, height });
  }
  return frames;
}

function around(frame: Frame, inner: readonly Frame[], isSized: boolean): Frame {
  if (inner.length === 0) return frame;
  const left = Math.min(frame.x, ...inner.map((each) => each.x - CONTAINER_PADDING));
  const top = Math.min(frame.y, ...inner.map((each) => each.y - CONTAINER_HEAD - CONTAINER_PADDING));
  const [leastRight, leastBottom] = isSized ? [frame.x + frame.width, frame.y + frame.height] : [0, 0];
  const right = Math.max(leastRight, ...inner.map((each) => each.x + each.width + CONTAINER_PADDING));
  const bottom = Math.max(leastBottom, ...inner.map((each) => each.y + each.height + CONTAINER_PADDING));
  return { x: left, y: top, width: Math.max(right - left, EMPTY_CONTAINER[0]), height: bottom - top };
}

/** Returns the innermost container under a point, other than the nodes that are being moved. */
export function containerAt(
  document: WorkflowDocument,
  catalog: NodeCatalog,
  frames: ReadonlyMap<string, Frame>,
  [x, y]: Point,
  moving: ReadonlySet<string>,
): string | null {
  let found: string | null = null;
  let smallest = Infinity;
  for (const id of Object.keys(document.nodes)) {
    const frame = frames.get(id);
    if (!frame || moving.has(id) || catalog.roleOf(document.nodes[id]) !== "container") continue;
    const isInside = x >= frame.x && x <= frame.x + frame.width && y >= frame.y && y <= frame.y + frame.height;
    const area = frame.width * frame.height;
    if (isInside && area < smallest) [found, smallest] = [id, area];
  }
  return found;
}

/** Returns a free place for a node that comes after another, in the lane of a port. */
export function placeAfter(
  document: WorkflowDocument,
  frames: ReadonlyMap<string, Frame>,
  id: string,
  [width, height]: Extent,
  gap: Extent,
): Point {
  const frame = frames.get(id);
  if (!frame) return [0, 0];
  const x = frame.x + frame.width + gap[0];
  let y = frame.y;
  const parent = document.nodes[id]?.parent;
  const others = Object.keys(document.nodes).flatMap((other) => {
    const held = document.nodes[other]?.parent === parent ? frames.get(other) : undefined;
    return held ? [held] : [];
  });
  for (let tries = 0; tries < 200; tries++) {
    const at = y;
    const hit = others.find(
      (other) => other.x < x + width && other.x + other.width > x && other.y < at + height && other.y + other.height > at,
    );
    if (!hit) break;
    y = hit.y + hit.height + gap[1];
  }
  return [Math.round(x), Math.round(y)];
}

/** Counts edges that leave each port, so that a new edge can be told from a second one. */
export function isPortUsed(document: WorkflowDocument, node: string, port: string): boolean {
  return document.edges.some((edge) => {
    const source = sourceOf(edge);
    return source.node === node && source.port === port;
  });
}
