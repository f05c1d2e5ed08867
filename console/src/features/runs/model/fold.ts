import { isGiven } from "./given";
import { draftOf, drop, finished, openSpan, touch, type Draft } from "./draft";
import {
  isLogEvent,
  type LogEvent,
  type RunCancelled,
  type RunFailed,
  type RunPaused,
  type RunResumed,
  type RunSucceeded,
  type StreamEvent,
  type WorkerAcquired,
} from "./events";
import {
  nodeFailed,
  nodeRetrying,
  nodeSkipped,
  nodeStarted,
  nodeStep,
  nodeSucceeded,
  nodeWaiting,
  roundEnded,
  roundStarted,
} from "./fold-nodes";
import { placeOf } from "./places";
import type { RunModel } from "./run-model";

/** The place of a wait that is the run's own: an operator paused it. */
export const HOLD = "";

/** Takes events in and returns what the run is then. Events that were taken already change nothing. */
export function fold(run: RunModel, events: readonly StreamEvent[]): RunModel {
  if (events.length === 0) return run;
  const draft = draftOf(run);
  for (const event of events) {
    if (!isLogEvent(event)) takeText(draft, event);
    else if (event.number > draft.lastNumber) take(draft, event);
  }
  return finished(draft);
}

function takeText(draft: Draft, event: Exclude<StreamEvent, LogEvent>): void {
  if (event.offset < draft.answerLength) {
    draft.answer = Array.from(draft.answer).slice(0, event.offset).join("");
    draft.answerLength = event.offset;
  }
  if (event.type === "answer.reset" || event.offset > draft.answerLength) return;
  draft.answer += event.text;
  draft.answerLength += lengthOf(event.text);
}

/** How many code points a text has. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

function take(draft: Draft, event: LogEvent): void {
  draft.lastNumber = event.number;
  draft.latestMs = Math.max(draft.latestMs ?? 0, event.at_ms);
  draft.log.push(event);
  takeRun(draft, event);
}

// eslint-disable-next-line complexity -- one line for each type of event
function takeRun(draft: Draft, event: LogEvent): void {
  switch (event.type) {
    case "run.started":
      draft.status = "running";
      draft.started = event;
      draft.startedMs = event.at_ms;
      return;
    case "worker.acquired":
      { workerAcquired(draft, event); return; }
    case "node.started":
      { nodeStarted(draft, event); return; }
    case "node.retrying":
      { nodeRetrying(draft, event); return; }
    case "node.waiting":
      { nodeWaiting(draft, event); return; }
    case "node.step":
      { nodeStep(draft, event); return; }
    case "node.skipped":
      { nodeSkipped(draft, event); return; }
    case "node.succeeded":
      { nodeSucceeded(draft, event); return; }
    case "node.failed":
      { nodeFailed(draft, event); return; }
    case "round.started":
      { roundStarted(draft, event); return; }
    case "round.ended":
      { roundEnded(draft, event); return; }
    case "run.paused":
      { paused(draft, event); return; }
    case "run.resumed":
      { resumed(draft, event); return; }
    case "run.succeeded":
    case "run.failed":
    case "run.cancelled":
      { ended(draft, event); return; }
  }
}

function workerAcquired(draft: Draft, event: WorkerAcquired): void {
  const repeated = (event.repeated ?? []).map(placeOfKey);
  draft.takeovers.push({ atMs: event.at_ms, epoch: event.epoch, repeated });
  for (const place of repeated) {
    const known = draft.nodes.get(place);
    if (!known) continue;
    const node = touch(draft, known.scope, known.node);
    node.repeats += 1;
    openSpan(node, { kind: "running", fromMs: event.at_ms, attempt: node.attempt });
  }
}

/** An effect's key is `run:place:attempt`, and places have colons of their own. */
function placeOfKey(key: string): string {
  return key.slice(key.indexOf(":") + 1, key.lastIndexOf(":"));
}

function paused(draft: Draft, event: RunPaused): void {
  draft.status = "paused";
  draft.pauses.push({ fromMs: event.at_ms });
  const known = new Map(draft.waits);
  draft.waits.clear();
  for (const [place, wait] of Object.entries(event.waits)) {
    const began = known.get(place);
    draft.waits.set(place, began ?? { place, number: event.number, sinceMs: event.at_ms, wait });
  }
}

function resumed(draft: Draft, event: RunResumed): void {
  const place = placeOf(event.scope, event.node);
  draft.waits.delete(place);
  const node = draft.nodes.get(place);
  if (node?.status === "waiting") {
    const own = touch(draft, node.scope, node.node);
    own.status = "running";
    openSpan(own, { kind: "running", fromMs: event.at_ms, attempt: own.attempt });
  }
  if (draft.waits.has(HOLD)) return;
  draft.status = "running";
  endPause(draft, event.at_ms);
}

function endPause(draft: Draft, atMs: number): void {
  const last = draft.pauses.at(-1);
  if (last && last.toMs === undefined) last.toMs = atMs;
}

function ended(draft: Draft, event: RunSucceeded | RunFailed | RunCancelled): void {
  endPause(draft, event.at_ms);
  draft.endedMs = event.at_ms;
  drop(draft, "", event.at_ms, event.type === "run.cancelled" ? "cancelled" : "dropped");
  if (event.type === "run.succeeded") {
    draft.status = "succeeded";
    draft.outputs = event.outputs;
  } else if (event.type === "run.failed") {
    draft.status = "failed";
    draft.problem = event.problem;
    const place = failedPlace(draft, event.node);
    if (place !== undefined) draft.failedPlace = place;
  } else {
    draft.status = "cancelled";
    draft.cancelled = { reason: event.reason, by: event.by ?? null };
  }
}

/** The innermost node that failed for the run's reason: a container fails because of a node in it. */
function failedPlace(draft: Draft, node: string | null | undefined): string | undefined {
  if (!isGiven(node)) return undefined;
  const failed = [...draft.nodes.values()].filter((one) => one.status === "failed");
  const named = draft.nodes.get(node) ?? failed.find((one) => one.node === node);
  if (!named) return undefined;
  const cause = named.rounds.find((round) => round.status === "failed")?.cause;
  return cause && draft.nodes.has(cause) ? cause : named.place;
}

