import { create } from "zustand";

export type NodeRunState = "waiting" | "running" | "retrying" | "succeeded" | "failed" | "paused" | "cancelled" | "skipped";

/** How a node goes in the run that the canvas shows. */
export interface NodeStatus {
  state: NodeRunState;
  /** When it began, while it is under way, to let a clock run. */
  sinceMs?: number;
  /** How long it took. */
  elapsedS?: number;
  /** A few words beside the state: `3 of 10`, `812 tokens`. */
  detail?: string;
  /** Why it failed. */
  message?: string;
  attempt?: number;
}

interface RunStatusStore {
  /** By the id of the node in the document, over all rounds of containers. */
  nodes: ReadonlyMap<string, NodeStatus>;
  /** Edges that control has taken, as `from>to` in the document. */
  taken: ReadonlySet<string>;
  /** Called when somebody opens a node's status. */
  onOpen: ((id: string) => void) | null;
}

/** What the run feature tells the canvas. One run is shown at a time. */
export const useRunStatus = create<RunStatusStore>(() => ({ nodes: new Map(), taken: new Set(), onOpen: null }));

/** Shows a run on the canvas; null clears it. Nodes whose status is the very same are not drawn again. */
export function showRun(shown: Partial<RunStatusStore> | null): void {
  useRunStatus.setState(shown ?? { nodes: new Map(), taken: new Set(), onOpen: null });
}

/** The status of a node in the run that is shown. */
export function useNodeStatus(id: string): NodeStatus | undefined {
  return useRunStatus((store) => store.nodes.get(id));
}
