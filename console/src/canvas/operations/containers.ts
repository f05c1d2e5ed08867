import {
  enclosing,
  MAX_NESTING,
  sourceOf,
  withContents,
  type WorkflowDocument,
} from "@/canvas/model/document";
import { without } from "@/canvas/model/json";
import type { NodeCatalog } from "@/canvas/model/node-types";
import { withoutParent } from "@/canvas/operations/tidy";

export type NestingRefusal = "not-a-container" | "inside-itself" | "start-or-end" | "too-deep";

/** Tells why a node may not be put inside of another; null when it may. Null as container is the canvas itself. */
export function nestingRefusal(
  document: WorkflowDocument,
  catalog: NodeCatalog,
  id: string,
  container: string | null,
): NestingRefusal | null {
  if (container === null) return null;
  if (catalog.roleOf(document.nodes[container]) !== "container") return "not-a-container";
  const around = [container, ...enclosing(document, container)];
  if (around.includes(id)) return "inside-itself";
  const role = catalog.roleOf(document.nodes[id]);
  if (role === "start" || role === "end") return "start-or-end";
  return around.length + levelsBelow(document, catalog, id) > MAX_NESTING ? "too-deep" : null;
}

function levelsBelow(document: WorkflowDocument, catalog: NodeCatalog, id: string): number {
  if (catalog.roleOf(document.nodes[id]) !== "container") return 0;
  let deepest = 1;
  for (const inner of withContents(document, [id])) {
    if (inner === id) continue;
    let depth = 0;
    for (const around of enclosing(document, inner)) {
      depth += 1;
      if (around === id) break;
    }
    const own = catalog.roleOf(document.nodes[inner]) === "container" ? 1 : 0;
    deepest = Math.max(deepest, depth + own);
  }
  return deepest;
}

/** Puts nodes inside of a container, or outside of all. Edges that would cross a border go. */
export function setParent(
  document: WorkflowDocument,
  catalog: NodeCatalog,
  ids: Iterable<string>,
  container: string | null,
): WorkflowDocument {
  const moved = [...ids].filter((id) => {
    const node = document.nodes[id];
    return node && (node.parent ?? null) !== container && !nestingRefusal(document, catalog, id, container);
  });
  if (moved.length === 0) return document;
  const nodes = { ...document.nodes };
  for (const id of moved) {
    const node = nodes[id];
    if (node) nodes[id] = container === null ? withoutParent(node) : { ...node, parent: container };
  }
  const edges = document.edges.filter((edge) => nodes[sourceOf(edge).node]?.parent === nodes[edge.to]?.parent);
  return { ...document, nodes, edges: edges.length === document.edges.length ? document.edges : edges };
}

/** Takes containers away and leaves what was inside in their place. */
export function dissolve(document: WorkflowDocument, catalog: NodeCatalog, id: string): WorkflowDocument {
  const container = document.nodes[id];
  if (!container) return document;
  const inside = Object.keys(document.nodes).filter((inner) => document.nodes[inner]?.parent === id);
  const freed = setParent(document, catalog, inside, container.parent ?? null);
  return {
    ...freed,
    nodes: without(freed.nodes, [id]),
    layout: without(freed.layout, [id]),
    sizes: without(freed.sizes, [id]),
    edges: freed.edges.filter((edge) => sourceOf(edge).node !== id && edge.to !== id),
  };
}
