import { useEffect } from "react";
import { showRun, type NodeRunState, type NodeStatus as Shown } from "@/canvas/state/run-status";
import { useI18n } from "@/i18n";
import { progressOf, type NodeProgress, type NodeStatus, type RunModel } from "../model";

const STATES: Record<NodeStatus, NodeRunState> = {
  running: "running",
  retrying: "retrying",
  waiting: "paused",
  succeeded: "succeeded",
  failed: "failed",
  skipped: "skipped",
  dropped: "cancelled",
  cancelled: "cancelled",
};

interface Edge {
  from: string;
  to: string;
}

/** The edges that control took, as `from>to`. */
export function takenEdges(run: RunModel, edges: readonly Edge[]): Set<string> {
  const ports = new Map<string, Set<string>>();
  for (const node of run.nodes.values()) {
    const port = node.status === "succeeded" ? (node.port ?? "out") : node.handling === "edge" ? "failed" : undefined;
    const isGoingOn = node.status === "failed" && node.handling === "defaults";
    if (port === undefined && !isGoingOn) continue;
    const left = ports.get(node.node) ?? new Set<string>();
    left.add(port ?? "out");
    ports.set(node.node, left);
  }
  const taken = edges.filter(({ from, to }) => {
    const [node = "", port = "out"] = from.split(".");
    const isReached = [...run.nodes.values()].some((one) => one.node === to && one.status !== "skipped");
    return isReached && (ports.get(node)?.has(port) ?? false);
  });
  return new Set(taken.map(({ from, to }) => `${from}>${to}`));
}

/** Shows a run at the nodes of the canvas while the component is there. */
export function useShowOnCanvas(run: RunModel | undefined, edges: readonly Edge[], onOpen: (node: string) => void): void {
  const { t, format } = useI18n();
  useEffect(() => {
    if (!run) return;
    const detail = (progress: NodeProgress) => {
      if (progress.rounds) return t("runs.roundsOf", { done: progress.rounds.done, all: progress.rounds.all });
      if (progress.isReused) return t("runs.reused");
      return progress.tokens > 0 ? t("runs.tokensIn", { tokens: format.compact(progress.tokens) }) : "";
    };
    const nodes = new Map([...progressOf(run)].map(([id, progress]) => [id, shownAs(progress, detail(progress))]));
    showRun({ nodes: keepSame(nodes), taken: takenEdges(run, edges), onOpen });
  }, [run, edges, onOpen, t, format]);
  useEffect(
    () => () => {
      last = new Map();
      showRun(null);
    },
    [],
  );
}

function shownAs(progress: NodeProgress, detail: string): Shown {
  return {
    state: STATES[progress.status],
    ...(progress.sinceMs === undefined ? { elapsedS: progress.elapsedS } : { sinceMs: progress.sinceMs }),
    ...(detail ? { detail } : {}),
    ...(progress.message && progress.status !== "succeeded" ? { message: progress.message } : {}),
    ...(progress.attempt > 1 ? { attempt: progress.attempt } : {}),
  };
}

let last = new Map<string, Shown>();

/** A node whose status says the same keeps the very same object, so that it is not drawn again. */
function keepSame(nodes: Map<string, Shown>): Map<string, Shown> {
  for (const [id, status] of nodes) {
    const before = last.get(id);
    if (before && JSON.stringify(before) === JSON.stringify(status)) nodes.set(id, before);
  }
  last = nodes;
  return nodes;
}
