import { isUnderWay } from "./draft";
import { totalsOf, type NodeModel, type NodeStatus, type RunModel } from "./run-model";

/** How a node of the document goes, over all its rounds: what the canvas shows at it. */
export interface NodeProgress {
  status: NodeStatus;
  /** How often it was begun; more than once inside of containers. */
  times: number;
  done: number;
  failed: number;
  attempt: number;
  tokens: number;
  costUsd?: number;
  /** When it began, while it is under way. */
  sinceMs?: number;
  /** How long it took, all times together. */
  elapsedS: number;
  isReused: boolean;
  rounds?: { done: number; all: number };
  message?: string;
}

const RANK: Record<NodeStatus, number> = {
  waiting: 7,
  running: 6,
  retrying: 5,
  failed: 4,
  succeeded: 3,
  cancelled: 2,
  dropped: 1,
  skipped: 0,
};

/** The progress of every node that was heard of, by its id. */
export function progressOf(run: RunModel): Map<string, NodeProgress> {
  const groups = new Map<string, NodeModel[]>();
  for (const node of run.nodes.values()) {
    const group = groups.get(node.node);
    if (group) group.push(node);
    else groups.set(node.node, [node]);
  }
  return new Map([...groups].map(([id, nodes]) => [id, together(nodes)]));
}

function together(nodes: readonly NodeModel[]): NodeProgress {
  const leading = nodes.reduce((best, node) => (RANK[node.status] > RANK[best.status] ? node : best));
  const began = nodes.filter((node) => node.status !== "skipped");
  const totals = totalsOf(nodes.flatMap((node) => node.calls));
  const since = nodes.filter(isUnderWay).map((node) => node.spans[0]?.fromMs ?? Infinity);
  const rounds = nodes.flatMap((node) => node.rounds);
  const message = leading.problem?.detail ?? leading.problem?.title;
  return {
    status: leading.status,
    times: began.length,
    done: nodes.filter((node) => node.status === "succeeded").length,
    failed: nodes.filter((node) => node.status === "failed").length,
    attempt: leading.attempt,
    tokens: totals.inputTokens + totals.outputTokens,
    ...(totals.costUsd === undefined ? {} : { costUsd: totals.costUsd }),
    ...(since.length > 0 ? { sinceMs: Math.min(...since) } : {}),
    elapsedS: nodes.reduce((sum, node) => sum + (node.elapsedS ?? 0), 0),
    isReused: began.length > 0 && began.every((node) => node.reused !== undefined),
    ...(rounds.length > 0
      ? { rounds: { done: rounds.filter((round) => round.status !== "running").length, all: rounds.length } }
      : {}),
    ...(message ? { message } : {}),
  };
}

/** The place of a node that is worth looking at first: under way, else failed, else the last one. */
export function placeToShow(run: RunModel, node: string): string | undefined {
  const places = [...run.nodes.values()].filter((one) => one.node === node);
  const first = places.find(isUnderWay) ?? places.find((one) => one.status === "failed") ?? places.at(-1);
  return first?.place;
}
