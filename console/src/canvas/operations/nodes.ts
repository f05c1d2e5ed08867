import {
  sourceOf,
  sourceText,
  withContents,
  type Point,
  type WorkflowDocument,
  type WorkflowNode,
} from "@/canvas/model/document";
import { freshId, takenIn } from "@/canvas/model/ids";
import { withValueAt, without, type JsonObject } from "@/canvas/model/json";
import type { NodeType } from "@/canvas/model/node-types";
import { renameInSettings } from "@/canvas/model/references";
import { reconnectAround } from "@/canvas/operations/edges";
import { startingSettings } from "@/canvas/operations/starting-settings";

/** Adds a node of a type; returns its id beside the document. */
export function addNode(
  document: WorkflowDocument,
  type: NodeType,
  at: Point,
  more: Partial<Pick<WorkflowNode, "parent" | "settings">> = {},
): { document: WorkflowDocument; id: string } {
  const id = freshId(takenIn(document), type.type.replaceAll("-", "_"));
  const settings: JsonObject = more.settings ?? startingSettings(type);
  const node: WorkflowNode = {
    type: type.type,
    ...(type.version === 1 ? {} : { version: type.version }),
    ...(more.parent === undefined ? {} : { parent: more.parent }),
    settings,
  };
  return {
    id,
    document: {
      ...document,
      nodes: { ...document.nodes, [id]: node },
      layout: { ...document.layout, [id]: at },
    },
  };
}

/** Removes nodes with what is inside of them. With `isBridged` what came before is connected to what came after. */
export function removeNodes(document: WorkflowDocument, ids: Iterable<string>, isBridged = false): WorkflowDocument {
  const gone = withContents(document, [...ids].filter((id) => id in document.nodes));
  if (gone.size === 0) return document;
  const edges = isBridged ? reconnectAround(document, gone) : document.edges;
  return {
    ...document,
    nodes: without(document.nodes, gone),
    edges: edges.filter((edge) => !gone.has(sourceOf(edge).node) && !gone.has(edge.to)),
    layout: without(document.layout, gone),
    sizes: without(document.sizes, gone),
  };
}

/** Gives a node another id, in all edges and references too. `rawFields` are settings that hold code. */
export function renameNode(
  document: WorkflowDocument,
  id: string,
  next: string,
  rawFields: (id: string) => readonly string[] = () => [],
): WorkflowDocument {
  const renamed = new Map([[id, next]]);
  const nodes: Record<string, WorkflowNode> = {};
  for (const [key, node] of Object.entries(document.nodes)) {
    const settings = node.settings && renameInSettings(node.settings, renamed, rawFields(key));
    const isInside = node.parent === id;
    const isSame = settings === node.settings && !isInside;
    nodes[key === id ? next : key] = isSame
      ? node
      : { ...node, ...(settings ? { settings } : {}), ...(isInside ? { parent: next } : {}) };
  }
  const edges = document.edges.map((edge) => {
    const source = sourceOf(edge);
    if (source.node !== id && edge.to !== id) return edge;
    return {
      from: source.node === id ? sourceText(next, source.port) : edge.from,
      to: edge.to === id ? next : edge.to,
    };
  });
  return { ...document, nodes, edges, layout: keyRenamed(document.layout, id, next), sizes: keyRenamed(document.sizes, id, next) };
}

function keyRenamed<Value>(record: Record<string, Value>, id: string, next: string): Record<string, Value> {
  if (!(id in record)) return record;
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key === id ? next : key, value]));
}

/** Changes fields of a node; undefined takes one out. */
export function updateNode(
  document: WorkflowDocument,
  id: string,
  changes: { [Key in keyof WorkflowNode]?: WorkflowNode[Key] | undefined },
): WorkflowDocument {
  const node = document.nodes[id];
  if (!node) return document;
  const fields: [string, unknown][] = Object.entries({ ...node, ...changes });
  const merged = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  return { ...document, nodes: { ...document.nodes, [id]: merged as unknown as WorkflowNode } };
}

/** Changes one place in a node's settings; undefined takes it out. */
export function setSetting(
  document: WorkflowDocument,
  id: string,
  path: readonly (string | number)[],
  value: unknown,
): WorkflowDocument {
  const node = document.nodes[id];
  if (!node) return document;
  return updateNode(document, id, { settings: withValueAt(node.settings ?? {}, path, value) });
}
