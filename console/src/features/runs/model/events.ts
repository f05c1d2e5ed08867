import type { Problem } from "@/api/problem";
import type { ServerEvent } from "@/api/sse";

export type Values = Record<string, unknown>;
/** A problem as the log has it: the parts that an HTTP answer adds can be missing. */
export type LoggedProblem = Pick<Problem, "code" | "title" | "status" | "detail"> & Partial<Problem>;

export interface Usage {
  input_tokens?: number;
  output_tokens?: number;
  cached_input_tokens?: number;
  reasoning_tokens?: number;
  estimated?: boolean;
}

export interface ModelCall {
  provider: string;
  model: string;
  usage: Usage;
  cost_usd?: number | null;
  elapsed_s?: number;
  first_token_s?: number | null;
  attempts?: number;
}

export type WaitKind = "form" | "callback" | "time" | "run" | "budget" | "hold";
export interface NodeWait {
  kind: WaitKind;
  until?: string | null;
  data?: Values;
}

export interface Caller {
  via?: string;
  key_id?: string | null;
  member_id?: string | null;
  end_user?: string | null;
}

interface Logged<Type extends string> {
  type: Type;
  run_id: string;
  number: number;
  at_ms: number;
}
interface OfNode {
  node: string;
  scope?: string;
}
interface Tried extends OfNode {
  attempt?: number;
  elapsed_s?: number;
  calls?: ModelCall[];
  logs?: string[];
}

export interface RunStarted extends Logged<"run.started"> {
  app_id: string;
  version: string;
  mode: "workflow" | "chat";
  inputs: Values;
  system: Values;
  environment?: Values;
  conversation?: Values;
  conversation_id?: string | null;
  is_draft?: boolean;
  caller?: Caller;
  trace?: string | null;
  origin?: { run_id: string; kind?: "fork" | "replay"; live?: string[]; changed?: "live" | "stub" } | null;
  only?: string | null;
  pins?: Values;
  parent?: { run_id: string; place: string } | null;
}
export interface WorkerAcquired extends Logged<"worker.acquired"> {
  worker: string;
  epoch: number;
  repeated?: string[];
}
export interface NodeStarted extends Logged<"node.started">, OfNode {
  node_type: string;
  attempt?: number;
  effect_key?: string | null;
}
export interface NodeRetrying extends Logged<"node.retrying">, Tried {
  problem: LoggedProblem;
  delay_s: number;
}
export interface NodeSucceeded extends Logged<"node.succeeded">, Tried {
  outputs: Values;
  port?: string;
  writes?: { target: string; operation: string; value?: unknown }[];
  reused?: string | null;
}
export interface NodeFailed extends Logged<"node.failed">, Tried {
  problem: LoggedProblem;
  handling?: "stop" | "defaults" | "edge";
  outputs?: Values;
}
export interface NodeSkipped extends Logged<"node.skipped">, OfNode {}
export interface NodeWaiting extends Logged<"node.waiting">, Tried {
  wait: NodeWait;
}
export interface NodeStep extends Logged<"node.step">, OfNode {
  key: string;
  value: Values;
  elapsed_s?: number;
  calls?: ModelCall[];
}
export interface RoundStarted extends Logged<"round.started">, OfNode {
  index: number;
}
export interface RoundEnded extends Logged<"round.ended">, OfNode {
  index: number;
  problem?: LoggedProblem | null;
  cause?: string | null;
  is_last?: boolean;
}
export interface RunSucceeded extends Logged<"run.succeeded"> {
  outputs: Values;
  answer?: string | null;
  elapsed_s?: number;
}
export interface RunFailed extends Logged<"run.failed"> {
  problem: LoggedProblem;
  node?: string | null;
  elapsed_s?: number;
}
export interface RunCancelled extends Logged<"run.cancelled"> {
  reason: string;
  by?: string | null;
  elapsed_s?: number;
}
export interface RunPaused extends Logged<"run.paused"> {
  waits: Record<string, NodeWait>;
}
export interface RunResumed extends Logged<"run.resumed">, OfNode {
  answer?: Values;
  by?: string | null;
}

export type LogEvent =
  | RunStarted
  | WorkerAcquired
  | NodeStarted
  | NodeRetrying
  | NodeSucceeded
  | NodeFailed
  | NodeSkipped
  | NodeWaiting
  | NodeStep
  | RoundStarted
  | RoundEnded
  | RunSucceeded
  | RunFailed
  | RunCancelled
  | RunPaused
  | RunResumed;

/** Text of the answer. `offset` counts code points, not the halves of them that JavaScript counts. */
export interface AnswerDelta {
  type: "answer.delta";
  offset: number;
  text: string;
}
export interface AnswerReset {
  type: "answer.reset";
  offset: number;
}
export type StreamEvent = LogEvent | AnswerDelta | AnswerReset;

const TERMINAL = new Set(["run.succeeded", "run.failed", "run.cancelled"]);

export function isTerminal(event: { name: string }): boolean {
  return TERMINAL.has(event.name);
}

/** Reads an event of a run's stream. Types that are not known yet are kept: the log shows them. */
export function readEvent(event: ServerEvent): StreamEvent {
  const data = JSON.parse(event.data) as StreamEvent;
  return { ...data, type: event.name } as StreamEvent;
}

export function isLogEvent(event: StreamEvent): event is LogEvent {
  return event.type !== "answer.delta" && event.type !== "answer.reset";
}
