import { isGiven } from "./given";
import type { Caller, LogEvent, LoggedProblem, ModelCall, NodeStep, NodeWait, RunStarted, Values } from "./events";

export type RunStatus = "queued" | "running" | "paused" | "succeeded" | "failed" | "cancelled";
export type NodeStatus = "running" | "retrying" | "waiting" | "succeeded" | "failed" | "skipped" | "dropped" | "cancelled";

/** A stretch of time in which a node did one thing. `toMs` is missing while it goes on. */
export interface Span {
  kind: "running" | "retrying" | "waiting";
  fromMs: number;
  toMs?: number;
  attempt: number;
  /** Why the attempt failed. */
  problem?: LoggedProblem;
  wait?: NodeWait;
}

export interface RoundModel {
  index: number;
  status: "running" | "succeeded" | "failed" | "dropped";
  fromMs: number;
  toMs?: number;
  problem?: LoggedProblem;
  /** The place of the node that failed. */
  cause?: string;
  isLast?: boolean;
}

export interface NodeModel {
  place: string;
  node: string;
  scope: string;
  nodeType: string;
  status: NodeStatus;
  attempt: number;
  spans: Span[];
  elapsedS?: number;
  port?: string;
  outputs?: Values;
  problem?: LoggedProblem;
  /** How the run goes on after the failure. */
  handling?: "stop" | "defaults" | "edge";
  calls: ModelCall[];
  logs: string[];
  steps: NodeStep[];
  writes: { target: string; operation: string; value?: unknown }[];
  /** The run whose record served it, or `pin`. */
  reused?: string;
  rounds: RoundModel[];
  /** Workers that were lost while it ran: it was begun again each time. */
  repeats: number;
}

export interface OpenWait {
  place: string;
  /** Of the event that began it. */
  number: number;
  sinceMs: number;
  wait: NodeWait;
}

export interface RunModel {
  status: RunStatus;
  started?: RunStarted;
  startedMs?: number;
  endedMs?: number;
  /** The clock of the last event, in milliseconds since the epoch. */
  latestMs?: number;
  nodes: ReadonlyMap<string, NodeModel>;
  answer: string;
  /** Of `answer`, in code points. */
  answerLength: number;
  outputs?: Values;
  problem?: LoggedProblem;
  /** The place of the node that failed the run. */
  failedPlace?: string;
  cancelled?: { reason: string; by?: string | null };
  waits: ReadonlyMap<string, OpenWait>;
  /** Stretches in which the run held no worker. */
  pauses: readonly { fromMs: number; toMs?: number }[];
  takeovers: readonly { atMs: number; epoch: number; repeated: readonly string[] }[];
  log: readonly LogEvent[];
  lastNumber: number;
}

export const EMPTY_RUN: RunModel = {
  status: "queued",
  nodes: new Map(),
  answer: "",
  answerLength: 0,
  waits: new Map(),
  pauses: [],
  takeovers: [],
  log: [],
  lastNumber: 0,
};

export interface Totals {
  inputTokens: number;
  outputTokens: number;
  /** Undefined when no call has a price. */
  costUsd?: number;
  calls: number;
  isEstimated: boolean;
}

/** What calls of models took together. */
export function totalsOf(calls: Iterable<ModelCall>): Totals {
  const totals: Totals = { inputTokens: 0, outputTokens: 0, calls: 0, isEstimated: false };
  for (const call of calls) {
    totals.calls += 1;
    totals.inputTokens += call.usage.input_tokens ?? 0;
    totals.outputTokens += call.usage.output_tokens ?? 0;
    totals.isEstimated ||= call.usage.estimated ?? false;
    if (isGiven(call.cost_usd)) totals.costUsd = (totals.costUsd ?? 0) + call.cost_usd;
  }
  return totals;
}

export function runTotals(run: RunModel): Totals {
  return totalsOf([...run.nodes.values()].flatMap((node) => node.calls));
}

export function isEnded(status: RunStatus): boolean {
  return status === "succeeded" || status === "failed" || status === "cancelled";
}

export function callerOf(run: RunModel): Caller {
  return run.started?.caller ?? {};
}

/** How long the run took, or has been under way, pauses left out. */
export function activeMs(run: RunModel, nowMs: number): number {
  if (run.startedMs === undefined) return 0;
  const end = run.endedMs ?? nowMs;
  const paused = run.pauses.reduce((sum, pause) => sum + Math.max(0, (pause.toMs ?? end) - pause.fromMs), 0);
  return Math.max(0, end - run.startedMs - paused);
}

/** When a node began and ended; `toMs` is missing while it is under way. */
export function extentOf(node: NodeModel): { fromMs: number; toMs?: number } | undefined {
  const first = node.spans[0];
  const last = node.spans.at(-1);
  if (!first || !last) return undefined;
  return last.toMs === undefined ? { fromMs: first.fromMs } : { fromMs: first.fromMs, toMs: last.toMs };
}
