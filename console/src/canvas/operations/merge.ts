import { sourceOf, type Edge, type WorkflowDocument } from "@/canvas/model/document";
import { freshId } from "@/canvas/model/ids";
import { equal } from "@/canvas/model/json";
import { applyChanges, difference, lookUp, type Change } from "@/canvas/operations/changes";
import { renameNode } from "@/canvas/operations/nodes";
import { mergeTexts } from "@/canvas/operations/text-merge";
import { tidy } from "@/canvas/operations/tidy";

/** A change of mine that could not be made, because somebody else changed the same meanwhile. */
export interface Conflict {
  path: readonly string[];
  base: unknown;
  mine: unknown;
  theirs: unknown;
}

export interface Merged {
  document: WorkflowDocument;
  conflicts: Conflict[];
  /** Nodes of mine that got another id, because theirs have the one I had given. */
  renamed: ReadonlyMap<string, string>;
}

export type RawFieldsOf = (document: WorkflowDocument, id: string) => readonly string[];

/**
 * Brings my changes over to a document that somebody else has changed: node by node and field by field.
 * What both changed keeps their value, which is saved already, and is returned as a conflict, so that
 * nothing of mine is lost. Of positions the later one, mine, holds.
 */
export function merge(
  { base, mine, theirs }: { base: WorkflowDocument; mine: WorkflowDocument; theirs: WorkflowDocument },
  rawFields: RawFieldsOf = () => [],
): Merged {
  const { document: own, renamed } = giveWay({ base, mine, theirs }, rawFields);
  const wanted = difference(base, own);
  const possible: Change[] = [];
  const conflicts: Conflict[] = [];
  for (const change of wanted) {
    const held = lookUp(theirs, change.path);
    const made = decide(change, held);
    if (made === "conflict") conflicts.push({ path: change.path, base: change.before, mine: change.after, theirs: held });
    else if (made) possible.push(made);
  }
  const survivors = new Set(conflicts.filter(isRemovedNode).map((conflict) => conflict.path[1]));
  const { document, lost } = applyChanges(
    theirs,
    possible.filter((change) => !isLeftBySurvivor(change, survivors)),
  );
  for (const change of lost) {
    conflicts.push({ path: change.path, base: change.before, mine: change.after, theirs: undefined });
  }
  const tidied = tidy(document);
  for (const edge of tidied.dropped) conflicts.push(...lostEdge(edge));
  return { document: tidied.document, conflicts, renamed };
}

function decide(change: Change, held: unknown): Change | "conflict" | null {
  if (equal(held, change.after)) return null;
  if (equal(held, change.before)) return change;
  const section = change.path[0];
  if (section === "layout" || section === "sizes") return held === undefined ? null : { ...change, before: held };
  const { before, after } = change;
  if (typeof before === "string" && typeof after === "string" && typeof held === "string") {
    const merged = mergeTexts(before, after, held);
    if (merged !== null) return { ...change, before: held, after: merged };
  }
  return "conflict";
}

function isRemovedNode(conflict: Conflict): boolean {
  return conflict.path.length === 2 && conflict.path[0] === "nodes" && conflict.mine === undefined;
}

/** A node that stays after all keeps its edges and its place. */
function isLeftBySurvivor(change: Change, survivors: ReadonlySet<string | undefined>): boolean {
  if (survivors.size === 0 || change.after !== undefined) return false;
  if (change.path[0] === "layout" || change.path[0] === "sizes") return survivors.has(change.path[1]);
  if (change.path[0] !== "edges") return false;
  const edge = change.before as Edge;
  return survivors.has(sourceOf(edge).node) || survivors.has(edge.to);
}

function lostEdge(edge: Edge): Conflict[] {
  return [{ path: ["edges", `${edge.from}>${edge.to}`], base: undefined, mine: edge, theirs: undefined }];
}

/** Gives nodes of mine other ids where both have added one under the same. */
function giveWay(
  { base, mine, theirs }: { base: WorkflowDocument; mine: WorkflowDocument; theirs: WorkflowDocument },
  rawFields: RawFieldsOf,
): { document: WorkflowDocument; renamed: Map<string, string> } {
  const renamed = new Map<string, string>();
  let document = mine;
  for (const id of Object.keys(mine.nodes)) {
    const isClash = !(id in base.nodes) && id in theirs.nodes && !equal(mine.nodes[id], theirs.nodes[id]);
    if (!isClash) continue;
    const current = document;
    const fresh = freshId({ has: (wish) => wish in current.nodes || wish in theirs.nodes }, id);
    document = renameNode(document, id, fresh, (each) => rawFields(current, each));
    renamed.set(id, fresh);
  }
  return { document, renamed };
}
