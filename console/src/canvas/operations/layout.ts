import { graphlib, layout as arrange } from "@dagrejs/dagre";
import { sourceOf, type Extent, type Point, type WorkflowDocument } from "@/canvas/model/document";
import {
  CONTAINER_HEAD,
  CONTAINER_PADDING,
  EMPTY_CONTAINER,
  GAP_X,
  GAP_Y,
  snap,
} from "@/canvas/model/geometry";
import { groupBy, without } from "@/canvas/model/json";
import { inColumns } from "@/canvas/operations/layered";
import { untangle } from "@/canvas/operations/untangle";

export interface LayoutQuestion {
  sizeOf: (id: string) => Extent;
  isContainer: (id: string) => boolean;
  /** The place of a port among those of its node; edges of earlier ports come first. */
  portIndex: (id: string, port: string) => number;
}

const BIG = 300;

/** Lays nodes out from left to right, containers around what is inside of them; all, or those of one container. */
export function layOut(document: WorkflowDocument, question: LayoutQuestion): WorkflowDocument {
  const children = groupBy(Object.keys(document.nodes), (id) => document.nodes[id]?.parent);
  const edges = groupBy(document.edges, (edge) => document.nodes[edge.to]?.parent);
  const extents = new Map<string, Extent>();
  const inside = new Map<string, Map<string, Point>>();

  const measure = (parent: string | undefined): Placed => {
    const ids = children.get(parent) ?? [];
    for (const id of ids) {
      if (!question.isContainer(id)) {
        extents.set(id, question.sizeOf(id));
        continue;
      }
      const { places, extent } = measure(id);
      inside.set(id, places);
      extents.set(
        id,
        places.size === 0
          ? EMPTY_CONTAINER
          : [extent[0] + 2 * CONTAINER_PADDING, extent[1] + CONTAINER_HEAD + 2 * CONTAINER_PADDING],
      );
    }
    return placed({ ids, edges: edges.get(parent) ?? [], extents }, question);
  };

  const layout: Record<string, Point> = {};
  const settle = (places: ReadonlyMap<string, Point>, [left, top]: Point): void => {
    for (const [id, [x, y]] of places) {
      const at: Point = [snap(left + x), snap(top + y)];
      layout[id] = at;
      const inner = inside.get(id);
      if (inner) settle(inner, [at[0] + CONTAINER_PADDING, at[1] + CONTAINER_HEAD + CONTAINER_PADDING]);
    }
  };
  settle(measure(undefined).places, [0, 0]);
  const containers = Object.keys(document.nodes).filter(question.isContainer);
  return { ...document, layout, sizes: without(document.sizes, containers) };
}

interface Placed {
  places: Map<string, Point>;
  extent: Extent;
}

function placed(
  { ids, edges, extents }: { ids: readonly string[]; edges: WorkflowDocument["edges"]; extents: ReadonlyMap<string, Extent> },
  question: LayoutQuestion,
): Placed {
  const known = new Set(ids);
  const lanes = edges
    .map((edge) => ({ from: sourceOf(edge).node, to: edge.to, port: sourceOf(edge).port }))
    .filter(({ from, to }) => known.has(from) && known.has(to))
    .map(({ from, to, port }) => ({ from, to, port, lane: question.portIndex(from, port) }))
    .sort((one, other) => one.lane - other.lane);
  if (ids.length > BIG) return fromCorner(inColumns(ids, lanes, extents), extents);
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", ranksep: GAP_X, nodesep: GAP_Y, edgesep: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) {
    const [width, height] = extents.get(id) ?? [0, 0];
    graph.setNode(id, { width, height });
  }
  for (const { from, to, port } of lanes) graph.setEdge(from, to, { weight: 1 }, port);
  arrange(graph);
  const places = new Map<string, Point>();
  for (const id of ids) {
    const { x, y } = graph.node(id) as unknown as { x: number; y: number };
    const [width, height] = extents.get(id) ?? [0, 0];
    places.set(id, [x - width / 2, y - height / 2]);
  }
  untangle(places, extents, lanes);
  return fromCorner(places, extents);
}

/** Moves all so that they begin at nothing, and tells how much room they take. */
function fromCorner(places: Map<string, Point>, extents: ReadonlyMap<string, Extent>): Placed {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [id, [x, y]] of places) {
    const [width, height] = extents.get(id) ?? [0, 0];
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  for (const [id, [x, y]] of places) places.set(id, [x - left, y - top]);
  return { places, extent: places.size === 0 ? [0, 0] : [right - left, bottom - top] };
}
