import { ChevronRight, RotateCcw } from "lucide-react";
import { memo } from "react";
import { classes, Tooltip } from "@/design";
import { useI18n } from "@/i18n";
import { totalsOf, type NodeStatus, type Span } from "../model";
import { useNodeStatusLabel } from "../status";
import { percent } from "./Axis";
import type { Row } from "./rows";
import type { TimeAxis } from "./time-axis";
import styles from "./Timeline.module.css";

interface TimelineRowProps {
  row: Row;
  top: number;
  axis: TimeAxis;
  title: string;
  type: string;
  isSelected: boolean;
  onSelect: (place: string) => void;
  onToggle: (key: string) => void;
}

export const TimelineRow = memo(function TimelineRow(props: TimelineRowProps) {
  const { row, top, axis, title, type, isSelected, onSelect, onToggle } = props;
  const { t } = useI18n();
  return (
    <div className={classes(styles["row"], isSelected && styles["selected"], styles[row.kind])} style={{ top }}>
      <div className={styles["label"]} style={{ paddingLeft: 10 + row.depth * 14 }}>
        {row.isOpen === undefined ? (
          <span className={styles["leaf"]} />
        ) : (
          <button
            type="button"
            className={styles["toggle"]}
            aria-expanded={row.isOpen}
            aria-label={t("runs.inside", { title })}
            onClick={() => onToggle(row.key)}
          >
            <ChevronRight size={13} className={row.isOpen ? styles["open"] : undefined} aria-hidden />
          </button>
        )}
        <button type="button" className={styles["name"]} aria-pressed={isSelected} onClick={() => onSelect(row.key)}>
          <StatusDot status={row.status} />
          <span className={styles["title"]}>{title}</span>
          {type && type !== title && <span className={styles["type"]}>{type}</span>}
        </button>
      </div>
      {/* The name is the button; a click anywhere in the row does the same. */}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
      <div className={styles["track"]} onClick={() => onSelect(row.key)}>
        <Bars row={row} axis={axis} title={title} />
      </div>
    </div>
  );
});

export function StatusDot({ status }: { status: NodeStatus }) {
  const label = useNodeStatusLabel();
  return <span className={classes(styles["dot"], styles[status])} role="img" aria-label={label(status)} />;
}

function Bars({ row, axis, title }: { row: Row; axis: TimeAxis; title: string }) {
  const { t } = useI18n();
  const first = row.spans[0];
  const last = row.spans.at(-1);
  if (!first || !last) return <span className={styles["skippedNote"]}>{t("runs.statusSkipped")}</span>;
  const from = axis.at(first.fromMs);
  const to = axis.at(last.toMs ?? axis.toMs);
  return (
    <Tooltip label={<RowFacts row={row} title={title} endMs={axis.toMs} />}>
      <div className={styles["bars"]} style={{ left: percent(from), width: percent(to - from) }}>
        {row.spans.map((span, index) => (
          <Bar key={index} span={span} axis={axis} from={from} width={to - from} row={row} />
        ))}
        <span className={classes(styles["took"], to > 0.86 && (from > 0.14 ? styles["tookBefore"] : styles["tookInside"]))}>
          <Took row={row} endMs={axis.toMs} />
        </span>
      </div>
    </Tooltip>
  );
}

function Bar({ span, axis, from, width, row }: { span: Span; axis: TimeAxis; from: number; width: number; row: Row }) {
  const share = Math.max(width, 1e-9);
  const left = (axis.at(span.fromMs) - from) / share;
  const right = (axis.at(span.toMs ?? axis.toMs) - from) / share;
  const isLast = span === row.spans.at(-1);
  const tone = span.kind === "running" ? (span.problem ? "failed" : isLast || row.status === "failed" ? row.status : "succeeded") : span.kind;
  return (
    <span
      className={classes(styles["span"], styles[`span_${tone}`], row.node.reused && row.kind === "node" && styles["reused"])}
      data-open={span.toMs === undefined || undefined}
      style={{ left: percent(left), width: percent(right - left) }}
    />
  );
}

function Took({ row, endMs }: { row: Row; endMs: number }) {
  const { format } = useI18n();
  const first = row.spans[0];
  const last = row.spans.at(-1);
  if (!first || !last) return null;
  return (
    <>
      {row.kind === "node" && row.node.reused && <RotateCcw size={11} aria-hidden />}
      {format.duration(Math.max(0, (last.toMs ?? endMs) - first.fromMs) / 1000)}
      {row.kind === "node" && row.node.attempt > 1 && ` · ×${row.node.attempt}`}
    </>
  );
}

function RowFacts({ row, title, endMs }: { row: Row; title: string; endMs: number }) {
  const { t, format } = useI18n();
  const label = useNodeStatusLabel();
  const totals = totalsOf(row.kind === "node" ? row.node.calls : []);
  const problem = row.round?.problem ?? row.node.problem;
  const spent = (kind: Span["kind"]) =>
    row.spans.filter((span) => span.kind === kind).reduce((sum, span) => sum + (span.toMs ?? endMs) - span.fromMs, 0) / 1000;
  const waited = spent("waiting") + spent("retrying");
  const tokens = totals.inputTokens + totals.outputTokens;
  return (
    <span className={styles["facts"]}>
      <strong>{title}</strong>
      <span>{[label(row.status), format.duration(spent("running"))].join(" · ")}</span>
      {waited > 0 && <span>{t("runs.waited", { time: format.duration(waited) })}</span>}
      {tokens > 0 && <span>{t("runs.tokensIn", { tokens: format.number(tokens) })}</span>}
      {row.kind === "node" && row.node.reused && (
        <span>{row.node.reused === "pin" ? t("runs.fromPin") : t("runs.fromRecord")}</span>
      )}
      {problem && (row.status === "failed" || row.status === "retrying") && <span>{problem.detail || problem.title}</span>}
    </span>
  );
}
