import { Ban, CircleAlert, CircleCheck, CircleX, Clock, LoaderCircle, PauseCircle, RotateCw, SkipForward, type LucideIcon } from "lucide-react";
import { createElement, useEffect, useState } from "react";
import { useEditor, useNodeIssues } from "@/canvas/state/context";
import { useRunStatus, type NodeRunState, type NodeStatus } from "@/canvas/state/run-status";
import { Tooltip } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./Node.module.css";

/** Tells that the check found something; leads to the settings it is about. */
export function IssueMark({ id }: { id: string }) {
  const { t } = useI18n();
  const editor = useEditor();
  const issues = useNodeIssues(id);
  const first = issues[0];
  if (!first) return null;
  return (
    <Tooltip label={<span className={styles["issues"]}>{issues.slice(0, 4).map((issue) => issue.message).join("\n")}</span>}>
      <button
        type="button"
        className={styles["issue"]}
        tabIndex={-1}
        aria-label={t("canvas.issues", { count: issues.length })}
        onClick={(event) => {
          event.stopPropagation();
          editor.open(id, first.path);
        }}
      >
        <CircleAlert size={15} aria-hidden />
      </button>
    </Tooltip>
  );
}

const ICONS: Record<NodeRunState, LucideIcon> = {
  waiting: Clock,
  running: LoaderCircle,
  retrying: RotateCw,
  succeeded: CircleCheck,
  failed: CircleX,
  paused: PauseCircle,
  cancelled: Ban,
  skipped: SkipForward,
};

/** How the node goes in the run that is shown, and for how long. */
export function StatusMark({ id, status }: { id: string; status: NodeStatus | undefined }) {
  const { t } = useI18n();
  const open = useRunStatus((store) => store.onOpen);
  if (!status) return null;
  const label = t(`canvas.status_${status.state}`);
  return (
    <button
      type="button"
      className={styles["status"]}
      tabIndex={-1}
      title={[label, status.message].filter(Boolean).join(": ")}
      onClick={(event) => {
        event.stopPropagation();
        open?.(id);
      }}
    >
      <span className={styles["figures"]}>
        {status.detail && <span>{status.detail}</span>}
        <Elapsed status={status} />
      </span>
      {createElement(ICONS[status.state], { size: 15, role: "img", "aria-label": label, className: styles["sign"] })}
    </button>
  );
}

function Elapsed({ status }: { status: NodeStatus }) {
  const { format } = useI18n();
  const [now, setNow] = useState(() => Date.now());
  const isRunning = status.sinceMs !== undefined && status.state === "running";
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(Date.now()), 200);
    return () => clearInterval(timer);
  }, [isRunning]);
  const seconds = isRunning ? Math.max(0, (now - (status.sinceMs ?? now)) / 1000) : status.elapsedS;
  return seconds === undefined ? null : <span>{format.duration(seconds)}</span>;
}
