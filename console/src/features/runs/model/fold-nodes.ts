import { isGiven } from "./given";
import { closeSpan, drop, openSpan, touch, type Draft } from "./draft";
import type {
  NodeFailed,
  NodeRetrying,
  NodeSkipped,
  NodeStarted,
  NodeStep,
  NodeSucceeded,
  NodeWaiting,
  RoundEnded,
  RoundStarted,
} from "./events";
import { placeOf, roundScope } from "./places";

export function nodeStarted(draft: Draft, event: NodeStarted): void {
  const node = touch(draft, event.scope, event.node);
  node.nodeType = event.node_type;
  node.attempt = event.attempt ?? 1;
  node.status = "running";
  openSpan(node, { kind: "running", fromMs: event.at_ms, attempt: node.attempt });
}

export function nodeRetrying(draft: Draft, event: NodeRetrying): void {
  const node = touch(draft, event.scope, event.node);
  const tried = closeSpan(node, event.at_ms);
  if (tried) tried.problem = event.problem;
  node.status = "retrying";
  node.attempt = event.attempt ?? node.attempt;
  node.problem = event.problem;
  node.calls = [...node.calls, ...(event.calls ?? [])];
  openSpan(node, { kind: "retrying", fromMs: event.at_ms, attempt: node.attempt });
}

export function nodeWaiting(draft: Draft, event: NodeWaiting): void {
  const node = touch(draft, event.scope, event.node);
  node.status = "waiting";
  node.calls = [...node.calls, ...(event.calls ?? [])];
  node.logs = [...node.logs, ...(event.logs ?? [])];
  openSpan(node, { kind: "waiting", fromMs: event.at_ms, attempt: node.attempt, wait: event.wait });
  draft.waits.set(node.place, { place: node.place, number: event.number, sinceMs: event.at_ms, wait: event.wait });
}

export function nodeStep(draft: Draft, event: NodeStep): void {
  const node = touch(draft, event.scope, event.node);
  node.steps = [...node.steps, event];
  node.calls = [...node.calls, ...(event.calls ?? [])];
}

export function nodeSkipped(draft: Draft, event: NodeSkipped): void {
  touch(draft, event.scope, event.node).status = "skipped";
}

export function nodeSucceeded(draft: Draft, event: NodeSucceeded): void {
  const node = ended(draft, event);
  node.status = "succeeded";
  node.outputs = event.outputs;
  node.port = event.port ?? "out";
  node.writes = event.writes ?? [];
  delete node.problem;
  if (isGiven(event.reused)) node.reused = event.reused;
}

export function nodeFailed(draft: Draft, event: NodeFailed): void {
  const node = ended(draft, event);
  node.status = "failed";
  node.problem = event.problem;
  node.handling = event.handling ?? "stop";
  const last = node.spans.at(-1);
  if (last) last.problem = event.problem;
  if (event.outputs) node.outputs = event.outputs;
}

function ended(draft: Draft, event: NodeSucceeded | NodeFailed) {
  const node = touch(draft, event.scope, event.node);
  closeSpan(node, event.at_ms);
  node.attempt = event.attempt ?? node.attempt;
  node.elapsedS = event.elapsed_s ?? 0;
  node.calls = [...node.calls, ...(event.calls ?? [])];
  node.logs = event.logs ?? [];
  draft.waits.delete(node.place);
  drop(draft, `${node.place}:`, event.at_ms, "dropped");
  for (const round of node.rounds) {
    if (round.status !== "running") continue;
    round.status = "dropped";
    round.toMs = event.at_ms;
  }
  return node;
}

export function roundStarted(draft: Draft, event: RoundStarted): void {
  const node = touch(draft, event.scope, event.node);
  node.rounds.push({ index: event.index, status: "running", fromMs: event.at_ms });
}

export function roundEnded(draft: Draft, event: RoundEnded): void {
  const node = touch(draft, event.scope, event.node);
  const round = node.rounds.find(({ index }) => index === event.index);
  if (!round) return;
  round.toMs = event.at_ms;
  round.status = event.problem ? "failed" : "succeeded";
  round.isLast = event.is_last ?? false;
  if (event.problem) round.problem = event.problem;
  if (event.cause) round.cause = event.cause;
  drop(draft, `${roundScope(placeOf(event.scope, event.node), event.index)}/`, event.at_ms, "dropped");
}
