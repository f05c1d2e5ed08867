import { isGiven } from "@/features/runs";
import type { Comparison } from "./api";

export type FigureName = "elapsed_s" | "tokens" | "cost_usd" | "model_calls" | "nodes_done" | "reused_effects";

export interface Figure {
  name: FigureName;
  before: number | undefined;
  after: number | undefined;
  /** `after` less `before`; undefined when one of them is not known. */
  difference: number | undefined;
  /** By what share it grew; undefined when it grew from nothing. */
  share: number | undefined;
  /** Whether less is better, and it is less; undefined when it is neither. */
  isBetter: boolean | undefined;
}

const LESS_IS_BETTER: ReadonlySet<FigureName> = new Set(["elapsed_s", "tokens", "cost_usd", "model_calls"]);
/** A change below this share is noise and neither good nor bad. */
const NOISE = 0.02;

export function figure(name: FigureName, before: number | undefined, after: number | undefined): Figure {
  const difference = before === undefined || after === undefined ? undefined : after - before;
  const share = difference === undefined || !before ? undefined : difference / before;
  const isWorthIt = difference !== undefined && difference !== 0 && Math.abs(share ?? 1) > NOISE;
  return {
    name,
    before,
    after,
    difference,
    share,
    isBetter: isWorthIt && LESS_IS_BETTER.has(name) ? difference < 0 : undefined,
  };
}

/** What the two took, side by side. */
export function figuresOf({ before, after }: Comparison): Figure[] {
  const of = (name: FigureName, read: (run: Comparison["before"]) => number | null | undefined) =>
    figure(name, read(before) ?? undefined, read(after) ?? undefined);
  return [
    of("elapsed_s", (run) => run.elapsed_s),
    of("tokens", (run) => (run.input_tokens ?? 0) + (run.output_tokens ?? 0)),
    of("cost_usd", (run) => run.cost_usd),
    of("model_calls", (run) => run.model_calls ?? 0),
    of("nodes_done", (run) => run.nodes_done ?? 0),
    of("reused_effects", (run) => run.reused_effects ?? 0),
  ];
}

export interface NodeLine {
  place: string;
  nodeType: string;
  change: "same" | "changed" | "added" | "removed";
  isReused: boolean;
  before?: NodeFigures | undefined;
  after?: NodeFigures | undefined;
  detail?: Comparison["nodes"][number] | undefined;
}

export interface NodeFigures {
  status: string;
  elapsedS: number | undefined;
  tokens: number;
  costUsd: number | undefined;
}

interface Trace {
  node: string;
  scope?: string;
  node_type: string;
  status: string;
  elapsed_s?: number | null;
  input_tokens?: number;
  output_tokens?: number;
  cost_usd?: number | null;
  reused?: string | null;
}

/** Every node of both runs, those outside of containers and those that differ, in the order of the second run. */
export function nodeLines(changes: Comparison["nodes"], before: readonly Trace[], after: readonly Trace[]): NodeLine[] {
  const ours = byPlace(after);
  const theirs = byPlace(before);
  const changed = new Map(changes.map((change) => [change.place, change]));
  const places = new Set([...ours.keys(), ...theirs.keys(), ...changed.keys()]);
  return [...places].map((place) => {
    const detail = changed.get(place);
    const [left, right] = [theirs.get(place), ours.get(place)];
    return {
      place,
      nodeType: detail?.node_type ?? right?.node_type ?? left?.node_type ?? "",
      change: detail?.change ?? "same",
      isReused: detail?.is_reused ?? isGiven(right?.reused),
      before: figuresOfNode(left) ?? statusOnly(detail?.status_before),
      after: figuresOfNode(right) ?? statusOnly(detail?.status_after),
      detail,
    };
  });
}

function byPlace(traces: readonly Trace[]): Map<string, Trace> {
  return new Map(traces.map((trace) => [trace.scope ? `${trace.scope}/${trace.node}` : trace.node, trace]));
}

function figuresOfNode(trace: Trace | undefined): NodeFigures | undefined {
  if (!trace) return undefined;
  return {
    status: trace.status,
    elapsedS: trace.elapsed_s ?? undefined,
    tokens: (trace.input_tokens ?? 0) + (trace.output_tokens ?? 0),
    costUsd: trace.cost_usd ?? undefined,
  };
}

function statusOnly(status: string | null | undefined): NodeFigures | undefined {
  return status ? { status, elapsedS: undefined, tokens: 0, costUsd: undefined } : undefined;
}

/** A value as text to compare line by line. */
export function comparable(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
