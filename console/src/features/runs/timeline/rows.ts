import { roundScope, type NodeModel, type NodeStatus, type RoundModel, type RunModel, type Span } from "../model";

export interface Row {
  /** A node's place, or a round's scope. */
  key: string;
  kind: "node" | "round";
  depth: number;
  node: NodeModel;
  round?: RoundModel;
  status: NodeStatus;
  spans: readonly Span[];
  /** Undefined when there is nothing inside. */
  isOpen?: boolean;
}

/** With more rows than this, rounds begin closed. */
const MANY_ROWS = 60;

/** Puts nodes and rounds under each other as they are drawn. `toggled`: those that are not as they begin. */
export function rowsOf(run: RunModel, toggled: ReadonlySet<string>): Row[] {
  const inside = new Map<string, NodeModel[]>();
  for (const node of run.nodes.values()) {
    const group = inside.get(node.scope);
    if (group) group.push(node);
    else inside.set(node.scope, [node]);
  }
  const isLarge = run.nodes.size > MANY_ROWS;
  const rows: Row[] = [];
  const add = (scope: string, depth: number): void => {
    for (const node of inside.get(scope) ?? []) {
      const hasRounds = node.rounds.length > 0;
      const isOpen = hasRounds && !toggled.has(node.place);
      rows.push({ ...nodeRow(node, depth), ...(hasRounds ? { isOpen } : {}) });
      if (!isOpen) continue;
      for (const round of node.rounds) {
        const key = roundScope(node.place, round.index);
        const isRoundOpen = toggled.has(key) === isLarge;
        const isEmpty = !inside.has(key);
        rows.push({ ...roundRow(node, round, key, depth + 1), ...(isEmpty ? {} : { isOpen: isRoundOpen }) });
        if (isRoundOpen) add(key, depth + 2);
      }
    }
  };
  add("", 0);
  return rows;
}

function nodeRow(node: NodeModel, depth: number): Row {
  return { key: node.place, kind: "node", depth, node, status: node.status, spans: node.spans };
}

function roundRow(node: NodeModel, round: RoundModel, key: string, depth: number): Row {
  const span: Span = { kind: "running", fromMs: round.fromMs, attempt: 1 };
  if (round.toMs !== undefined) span.toMs = round.toMs;
  if (round.problem) span.problem = round.problem;
  return { key, kind: "round", depth, node, round, status: round.status, spans: [span] };
}

/** The row to go to from the one that is chosen: `+1` is the next; the ends hold. */
export function neighbour(rows: readonly Row[], key: string | undefined, step: 1 | -1): Row | undefined {
  const at = rows.findIndex((row) => row.key === key);
  if (at < 0) return step > 0 ? rows[0] : rows.at(-1);
  return rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
}

/** What must be open for a place to be seen. */
export function ancestorsOf(place: string): string[] {
  const found: string[] = [];
  for (let at = place.indexOf("/"); at >= 0; at = place.indexOf("/", at + 1)) {
    const scope = place.slice(0, at);
    found.push(scope.slice(0, scope.lastIndexOf(":")), scope);
  }
  return found;
}
