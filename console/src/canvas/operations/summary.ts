import { sourceOf, type WorkflowDocument, type WorkflowNode } from "@/canvas/model/document";
import { equal, isObject } from "@/canvas/model/json";
import { difference, type Change } from "@/canvas/operations/changes";

/** What is different between two versions of a workflow, as people speak of it. */
export interface Summary {
  added: string[];
  removed: string[];
  renamed: { from: string; to: string }[];
  changed: { id: string; fields: FieldChange[] }[];
  connected: { from: string; port: string; to: string }[];
  disconnected: { from: string; port: string; to: string }[];
  /** Beside the nodes: `app`, `environment`, `conversation`, `limits`. */
  others: FieldChange[];
  /** How many nodes stand elsewhere. */
  moved: number;
  isSame: boolean;
}

export interface FieldChange {
  path: string;
  before: unknown;
  after: unknown;
}

const SECTIONS = ["app", "environment", "conversation", "limits"] as const;

/** Compares two documents by meaning: nodes, what they are set to, and how they are connected. */
export function summarize(before: WorkflowDocument, after: WorkflowDocument): Summary {
  const added = Object.keys(after.nodes).filter((id) => !(id in before.nodes));
  const removed = Object.keys(before.nodes).filter((id) => !(id in after.nodes));
  const renamed: Summary["renamed"] = [];
  for (const from of removed) {
    const to = added.find((id) => isRenamed(before.nodes[from], after.nodes[id]) && !renamed.some((pair) => pair.to === id));
    if (to !== undefined) renamed.push({ from, to });
  }
  const changed = Object.keys(after.nodes).flatMap((id) => {
    const fields = id in before.nodes ? fieldChanges(before.nodes[id], after.nodes[id]) : [];
    return fields.length > 0 ? [{ id, fields }] : [];
  });
  const names = new Map(renamed.map(({ from, to }) => [from, to]));
  const edges = [edgeSet(before, names), edgeSet(after)] as const;
  const others = SECTIONS.flatMap((section) => fieldChanges(before[section], after[section], section));
  const moved = Object.keys(after.layout).filter((id) => id in before.layout && !equal(before.layout[id], after.layout[id])).length;
  const summary = {
    added: added.filter((id) => !renamed.some(({ to }) => to === id)),
    removed: removed.filter((id) => !renamed.some(({ from }) => from === id)),
    renamed,
    changed,
    connected: [...edges[1]].filter(([key]) => !edges[0].has(key)).map(([, edge]) => edge),
    disconnected: [...edges[0]].filter(([key]) => !edges[1].has(key)).map(([, edge]) => edge),
    others,
    moved,
  };
  const isSame = Object.values(summary).every((part) => (Array.isArray(part) ? part.length === 0 : part === 0));
  return { ...summary, isSame: isSame && equal(before.notes, after.notes) };
}

function isRenamed(one: WorkflowNode | undefined, other: WorkflowNode | undefined): boolean {
  return one?.type === other?.type && equal(one?.settings, other?.settings) && Object.keys(one?.settings ?? {}).length > 0;
}

function edgeSet(
  document: WorkflowDocument,
  names: ReadonlyMap<string, string> = new Map(),
): Map<string, { from: string; port: string; to: string }> {
  const named = (id: string) => names.get(id) ?? id;
  return new Map(
    document.edges.map((edge) => {
      const { node, port } = sourceOf(edge);
      const shown = { from: named(node), port, to: named(edge.to) };
      return [`${shown.from}.${port}>${shown.to}`, shown];
    }),
  );
}

function fieldChanges(before: unknown, after: unknown, prefix = ""): FieldChange[] {
  return difference(before, after).map((change: Change) => ({
    path: [prefix, ...change.path].filter(Boolean).join(" › "),
    before: change.before,
    after: change.after,
  }));
}

/** Returns a value as one short line. */
export function shortText(value: unknown): string {
  if (value === undefined) return "—";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return isObject(value) || Array.isArray(value) ? text.slice(0, 2_000) : text;
}
