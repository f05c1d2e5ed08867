import {
  sourceOf,
  sourceText,
  withContents,
  type CanvasNote,
  type Edge,
  type Extent,
  type Point,
  type WorkflowDocument,
  type WorkflowNode,
} from "@/canvas/model/document";
import { freshId } from "@/canvas/model/ids";
import { isObject } from "@/canvas/model/json";
import type { NodeCatalog } from "@/canvas/model/node-types";
import { renameInSettings } from "@/canvas/model/references";

/** A part of a workflow as text: nodes with the edges between them, and notes. */
export interface Clip {
  skep_nodes: 1;
  nodes: Record<string, WorkflowNode>;
  edges: Edge[];
  layout: Record<string, Point>;
  sizes: Record<string, Extent>;
  notes: Record<string, CanvasNote>;
}

/** Takes nodes, with what is inside of them, and notes. */
export function copy(document: WorkflowDocument, ids: Iterable<string>): Clip {
  const wanted = [...ids];
  const chosen = withContents(document, wanted.filter((id) => id in document.nodes));
  const pick = <Value>(record: Record<string, Value>) =>
    Object.fromEntries(Object.entries(record).filter(([id]) => chosen.has(id)));
  return {
    skep_nodes: 1,
    nodes: pick(document.nodes),
    edges: document.edges.filter((edge) => chosen.has(sourceOf(edge).node) && chosen.has(edge.to)),
    layout: pick(document.layout),
    sizes: pick(document.sizes),
    notes: Object.fromEntries(Object.entries(document.notes).filter(([id]) => wanted.includes(id))),
  };
}

export function clipText(clip: Clip): string {
  return JSON.stringify(clip, null, 2);
}

/** Reads what `clipText` wrote; null when a text is something else. */
export function parseClip(text: string): Clip | null {
  if (!text.includes("skep_nodes") || text.length > 4_000_000) return null;
  try {
    const data: unknown = JSON.parse(text);
    if (!isObject(data) || data["skep_nodes"] !== 1 || !isObject(data["nodes"])) return null;
    const isSound = Object.values(data["nodes"]).every((node) => isObject(node) && typeof node["type"] === "string");
    if (!isSound) return null;
    const part = (name: string) => (isObject(data[name]) ? data[name] : {});
    const edges = Array.isArray(data["edges"]) ? data["edges"].filter(isEdge) : [];
    return {
      skep_nodes: 1,
      nodes: data["nodes"] as unknown as Clip["nodes"],
      edges: edges as unknown as Edge[],
      layout: points(part("layout")) as Clip["layout"],
      sizes: points(part("sizes")) as Clip["sizes"],
      notes: Object.fromEntries(
        Object.entries(part("notes")).filter(([, note]) => isObject(note) && isPoint(note["at"])),
      ) as unknown as Clip["notes"],
    };
  } catch {
    return null;
  }
}

function isEdge(edge: unknown): boolean {
  return isObject(edge) && typeof edge["from"] === "string" && typeof edge["to"] === "string";
}

function isPoint(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((part) => Number.isFinite(part));
}

function points(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => isPoint(value)));
}

/**
 * Adds a clip: ids are made fresh and references among its nodes follow them; those to other nodes stay
 * as they are. A second start is left out. Nodes keep the container they were in, if it is here.
 */
export function paste(
  document: WorkflowDocument,
  clip: Clip,
  catalog: NodeCatalog,
  shift: Point,
): { document: WorkflowDocument; ids: string[] } {
  const hasStart = Object.values(document.nodes).some((node) => catalog.roleOf(node) === "start");
  const entries = Object.entries(clip.nodes).filter(([, node]) => !hasStart || catalog.roleOf(node) !== "start");
  const taken = new Set([...Object.keys(document.nodes), ...Object.keys(document.notes)]);
  const renamed = new Map<string, string>();
  for (const id of [...entries.map(([key]) => key), ...Object.keys(clip.notes)]) {
    const fresh = freshId(taken, id);
    taken.add(fresh);
    renamed.set(id, fresh);
  }
  const shifted = ([x, y]: Point): Point => [Math.round(x + shift[0]), Math.round(y + shift[1])];
  const nodes = { ...document.nodes };
  const layout = { ...document.layout };
  const sizes = { ...document.sizes };
  for (const [id, node] of entries) {
    const next = renamed.get(id) ?? id;
    nodes[next] = pasted(node, { renamed, document, raw: catalog.of(node)?.raw_fields ?? [] });
    layout[next] = shifted(clip.layout[id] ?? [0, 0]);
    const size = clip.sizes[id];
    if (size) sizes[next] = size;
  }
  const notes = { ...document.notes };
  for (const [id, note] of Object.entries(clip.notes)) notes[renamed.get(id) ?? id] = { ...note, at: shifted(note.at) };
  const edges = clip.edges.flatMap((edge) => {
    const source = sourceOf(edge);
    const [from, to] = [renamed.get(source.node), renamed.get(edge.to)];
    return from && to ? [{ from: sourceText(from, source.port), to }] : [];
  });
  return {
    document: { ...document, nodes, edges: [...document.edges, ...edges], layout, sizes, notes },
    ids: [...renamed.values()],
  };
}

function pasted(
  node: WorkflowNode,
  { renamed, document, raw }: { renamed: ReadonlyMap<string, string>; document: WorkflowDocument; raw: readonly string[] },
): WorkflowNode {
  const { parent: old, ...rest } = node;
  const parent = old === undefined ? undefined : (renamed.get(old) ?? (old in document.nodes ? old : undefined));
  return {
    ...rest,
    ...(parent === undefined ? {} : { parent }),
    ...(node.settings ? { settings: renameInSettings(node.settings, renamed, raw) } : {}),
  };
}

/** Makes copies beside the originals. */
export function duplicate(
  document: WorkflowDocument,
  ids: Iterable<string>,
  catalog: NodeCatalog,
): { document: WorkflowDocument; ids: string[] } {
  return paste(document, copy(document, ids), catalog, [40, 40]);
}
