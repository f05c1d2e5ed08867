import { StatusBadge, Tooltip, type Status } from "@/design";
import { useI18n, type PlainKey } from "@/i18n";
import type { NodeStatus } from "./model";

const RUN_LABELS: Record<string, PlainKey> = {
  queued: "runs.statusQueued",
  running: "runs.statusRunning",
  paused: "runs.statusPaused",
  succeeded: "runs.statusSucceeded",
  failed: "runs.statusFailed",
  cancelled: "runs.statusCancelled",
};
const NODE_LABELS: Record<NodeStatus, PlainKey> = {
  running: "runs.statusRunning",
  retrying: "runs.statusRetrying",
  waiting: "runs.statusWaiting",
  succeeded: "runs.statusSucceeded",
  failed: "runs.statusFailed",
  skipped: "runs.statusSkipped",
  dropped: "runs.statusDropped",
  cancelled: "runs.statusCancelled",
};
const NODE_TONES: Record<NodeStatus, Status> = {
  running: "running",
  retrying: "running",
  waiting: "paused",
  succeeded: "succeeded",
  failed: "failed",
  skipped: "cancelled",
  dropped: "cancelled",
  cancelled: "cancelled",
};

/** How a run goes. `detail`, shown on hover, says why. */
export function RunStatusBadge({ status, detail }: { status: string; detail?: string | undefined }) {
  const { t } = useI18n();
  const badge = <StatusBadge status={toneOf(status)} label={t(RUN_LABELS[status] ?? "runs.statusUnknown")} />;
  if (!detail) return badge;
  return (
    <Tooltip label={detail}>
      <span>{badge}</span>
    </Tooltip>
  );
}

export function NodeStatusBadge({ status }: { status: NodeStatus }) {
  const { t } = useI18n();
  return <StatusBadge status={NODE_TONES[status]} label={t(NODE_LABELS[status])} />;
}

export function useNodeStatusLabel(): (status: NodeStatus) => string {
  const { t } = useI18n();
  return (status) => t(NODE_LABELS[status]);
}

function toneOf(status: string): Status {
  switch (status) {
    case "queued":
      return "waiting";
    case "running":
    case "paused":
    case "succeeded":
    case "failed":
      return status;
    default:
      return "cancelled";
  }
}
