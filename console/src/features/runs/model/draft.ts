import { placeOf } from "./places";
import type { NodeModel, NodeStatus, OpenWait, RunModel, Span } from "./run-model";

/** A run that is being changed: its maps are its own, and a node is copied before it is changed. */
export interface Draft extends RunModel {
  nodes: Map<string, NodeModel>;
  waits: Map<string, OpenWait>;
  pauses: { fromMs: number; toMs?: number }[];
  log: RunModel["log"][number][];
  takeovers: RunModel["takeovers"][number][];
  /** Places that were copied already. */
  touched: Set<string>;
}

export function draftOf(run: RunModel): Draft {
  return {
    ...run,
    nodes: new Map(run.nodes),
    waits: new Map(run.waits),
    pauses: run.pauses.map((pause) => ({ ...pause })),
    log: [...run.log],
    takeovers: [...run.takeovers],
    touched: new Set(),
  };
}

export function finished(draft: Draft): RunModel {
  const run: RunModel & { touched?: unknown } = { ...draft };
  delete run.touched;
  return run;
}

/** Returns the node at a place, to be changed; it is made when it was not heard of before. */
export function touch(draft: Draft, scope: string | undefined, node: string): NodeModel {
  const place = placeOf(scope, node);
  const known = draft.nodes.get(place);
  if (known && draft.touched.has(place)) return known;
  const own: NodeModel = known
    ? { ...known, spans: known.spans.map((span) => ({ ...span })), rounds: known.rounds.map((round) => ({ ...round })) }
    : blank(place, scope ?? "", node);
  draft.nodes.set(place, own);
  draft.touched.add(place);
  return own;
}

function blank(place: string, scope: string, node: string): NodeModel {
  return {
    place,
    node,
    scope,
    nodeType: "",
    status: "running",
    attempt: 1,
    spans: [],
    calls: [],
    logs: [],
    steps: [],
    writes: [],
    rounds: [],
    repeats: 0,
  };
}

export function closeSpan(node: NodeModel, atMs: number): Span | undefined {
  const last = node.spans.at(-1);
  if (last && last.toMs === undefined) last.toMs = Math.max(last.fromMs, atMs);
  return last;
}

export function openSpan(node: NodeModel, span: Span): void {
  closeSpan(node, span.fromMs);
  node.spans.push(span);
}

const UNDER_WAY: ReadonlySet<NodeStatus> = new Set(["running", "retrying", "waiting"]);

export function isUnderWay(node: NodeModel): boolean {
  return UNDER_WAY.has(node.status);
}

/** Ends what is under way in a scope, or in all of the run. */
export function drop(draft: Draft, prefix: string, atMs: number, status: "dropped" | "cancelled"): void {
  for (const node of draft.nodes.values()) {
    if (!isUnderWay(node) || !node.place.startsWith(prefix)) continue;
    const own = touch(draft, node.scope, node.node);
    own.status = status;
    closeSpan(own, atMs);
    for (const round of own.rounds) {
      if (round.status !== "running") continue;
      round.status = "dropped";
      round.toMs = atMs;
    }
  }
  for (const place of [...draft.waits.keys()]) {
    if (place.startsWith(prefix)) draft.waits.delete(place);
  }
}
