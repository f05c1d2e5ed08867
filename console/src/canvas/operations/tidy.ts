import { edgeKey, sourceOf, type Edge, type WorkflowDocument, type WorkflowNode } from "@/canvas/model/document";
import { without } from "@/canvas/model/json";

/** Takes out what refers to nodes that are gone: edges, positions, sizes, parents. The same when there is nothing. */
export function tidy(document: WorkflowDocument): { document: WorkflowDocument; dropped: Edge[] } {
  const { nodes } = document;
  const has = (id: string) => Object.hasOwn(nodes, id);
  const seen = new Set<string>();
  const dropped: Edge[] = [];
  const edges = document.edges.filter((edge) => {
    const stays = has(sourceOf(edge).node) && has(edge.to) && !seen.has(edgeKey(edge));
    seen.add(edgeKey(edge));
    if (!stays) dropped.push(edge);
    return stays;
  });
  const orphans = Object.entries(nodes).filter(([, node]) => node.parent !== undefined && !has(node.parent));
  const layout = without(document.layout, Object.keys(document.layout).filter((id) => !has(id)));
  const sizes = without(document.sizes, Object.keys(document.sizes).filter((id) => !has(id)));
  if (dropped.length === 0 && orphans.length === 0 && layout === document.layout && sizes === document.sizes) {
    return { document, dropped };
  }
  const freed = Object.fromEntries(orphans.map(([id, node]) => [id, withoutParent(node)]));
  return {
    document: {
      ...document,
      nodes: orphans.length > 0 ? { ...nodes, ...freed } : nodes,
      edges: dropped.length > 0 ? edges : document.edges,
      layout,
      sizes,
    },
    dropped,
  };
}

export function withoutParent(node: WorkflowNode): WorkflowNode {
  const rest = { ...node };
  delete rest.parent;
  return rest;
}
