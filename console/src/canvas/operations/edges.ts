import {
  edgeKey,
  sourceOf,
  sourceText,
  type Edge,
  type WorkflowDocument,
} from "@/canvas/model/document";
import { groupBy } from "@/canvas/model/json";
import { portsOf, type NodeCatalog, type Shapes } from "@/canvas/model/node-types";

export interface End {
  node: string;
  port: string;
}
/** Why two nodes cannot be connected. */
export type Refusal = "missing" | "self" | "cycle" | "border" | "twice" | "before-start" | "after-end" | "no-port";

export interface Installed {
  catalog: NodeCatalog;
  shapes: Shapes;
}

/** Returns the nodes that are reached from one by edges, itself among them. */
export function reachedFrom(document: WorkflowDocument, id: string): Set<string> {
  return spread(id, groupBy(document.edges, (edge) => sourceOf(edge).node), (edge) => edge.to);
}

/** Returns the nodes from which one is reached by edges, itself among them. */
export function leadingTo(document: WorkflowDocument, id: string): Set<string> {
  return spread(id, groupBy(document.edges, (edge) => edge.to), (edge) => sourceOf(edge).node);
}

function spread(from: string, edges: ReadonlyMap<string, Edge[]>, next: (edge: Edge) => string): Set<string> {
  const found = new Set([from]);
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const edge of edges.get(id) ?? []) {
      const other = next(edge);
      if (!found.has(other)) open.push(other);
      found.add(other);
    }
  }
  return found;
}

/** Tells why an edge may not be drawn; null when it may. `before` are the nodes that lead to the source. */
export function refusal(
  document: WorkflowDocument,
  { catalog, shapes }: Installed,
  source: End,
  target: string,
  before: ReadonlySet<string> = leadingTo(document, source.node),
): Refusal | null {
  const [from, to] = [document.nodes[source.node], document.nodes[target]];
  if (!from || !to) return "missing";
  if (source.node === target) return "self";
  const role = catalog.roleOf(from);
  if (role === "end" || role === "break") return "after-end";
  if (catalog.roleOf(to) === "start") return "before-start";
  if (from.parent !== to.parent) return "border";
  if (!portsOf(from, catalog.of(from), shapes[source.node]).includes(source.port)) return "no-port";
  if (document.edges.some((edge) => edgeKey(edge) === `${sourceText(source.node, source.port)}>${target}`)) return "twice";
  return before.has(target) ? "cycle" : null;
}

/** Returns the nodes that a connection from a port may end at. */
export function possibleTargets(document: WorkflowDocument, installed: Installed, source: End): Set<string> {
  const before = leadingTo(document, source.node);
  return new Set(Object.keys(document.nodes).filter((id) => !refusal(document, installed, source, id, before)));
}

/** Draws an edge; whoever calls has asked `refusal`. */
export function connect(document: WorkflowDocument, source: End, target: string): WorkflowDocument {
  const edge: Edge = { from: sourceText(source.node, source.port), to: target };
  const isPossible = source.node in document.nodes && target in document.nodes && source.node !== target;
  if (!isPossible || document.edges.some((other) => edgeKey(other) === edgeKey(edge))) return document;
  return { ...document, edges: [...document.edges, edge] };
}

export function disconnect(document: WorkflowDocument, keys: Iterable<string>): WorkflowDocument {
  const gone = new Set(keys);
  const edges = document.edges.filter((edge) => !gone.has(edgeKey(edge)));
  return edges.length === document.edges.length ? document : { ...document, edges };
}

/** Lets an edge run through a node, by its first port. The same document when that cannot be. */
export function insertOnEdge(
  document: WorkflowDocument,
  installed: Installed,
  key: string,
  id: string,
): WorkflowDocument {
  const edge = document.edges.find((other) => edgeKey(other) === key);
  const node = document.nodes[id];
  if (!edge || !node) return document;
  const open = disconnect(document, [key]);
  if (refusal(open, installed, sourceOf(edge), id)) return document;
  const first = connect(open, sourceOf(edge), id);
  const port = portsOf(node, installed.catalog.of(node), installed.shapes[id])[0];
  if (port === undefined || refusal(first, installed, { node: id, port }, edge.to)) return document;
  return connect(first, { node: id, port }, edge.to);
}

/** Renames a port in the edges that leave by it, as when a case of a branch is called otherwise. */
export function renamePort(document: WorkflowDocument, id: string, port: string, next: string): WorkflowDocument {
  const key = sourceText(id, port);
  if (!document.edges.some((edge) => edge.from === key)) return document;
  return {
    ...document,
    edges: document.edges.map((edge) => (edge.from === key ? { ...edge, from: sourceText(id, next) } : edge)),
  };
}

/** Returns the edges of a document plus those that close the gaps which nodes leave behind. */
export function reconnectAround(document: WorkflowDocument, gone: ReadonlySet<string>): Edge[] {
  let bridged = document;
  for (const id of gone) {
    const before = bridged.edges.filter((edge) => edge.to === id && sourceOf(edge).node !== id);
    const after = bridged.edges.filter((edge) => sourceOf(edge).node === id);
    bridged = disconnect(bridged, [...before, ...after].map(edgeKey));
    for (const source of before.map(sourceOf)) {
      for (const { to } of after) bridged = connect(bridged, source, to);
    }
  }
  return bridged.edges;
}
