import { Maximize2, ZoomIn, ZoomOut } from "lucide-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { IconButton, Kbd } from "@/design";
import { useI18n } from "@/i18n";
import { isMeantForOthers } from "../list/use-list-keys";
import type { RunModel } from "../model";
import { neighbour, rowsOf } from "./rows";
import { timeAxis } from "./time-axis";
import { AxisHead, Backdrop } from "./Axis";
import { TimelineRow } from "./TimelineRow";
import { reveal, useScrollWindow, useWheelZoom } from "./scrolling";
import { visibleRange } from "./window";
import styles from "./Timeline.module.css";

export interface TimelineProps {
  run: RunModel;
  /** The clock, for what is under way. */
  nowMs: number;
  titleOf: (node: string) => string;
  typeOf: (type: string) => string;
  selected: string | undefined;
  onSelect: (place: string | undefined) => void;
}

export const ROW_HEIGHT = 30;
const MOST_ZOOM = 64;

/** A run's nodes over time. */
export function Timeline({ run, nowMs, titleOf, typeOf, selected, onSelect }: TimelineProps) {
  const { t } = useI18n();
  const [zoom, setZoom] = useState(1);
  const zoomBy = useCallback((factor: number) => setZoom((before) => zoomed(before, factor)), []);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((key: string) => setToggled((before) => flipped(before, key)), []);
  const rows = useMemo(() => rowsOf(run, toggled), [run, toggled]);
  const axis = useMemo(() => {
    const from = run.startedMs ?? nowMs;
    const to = run.endedMs ?? Math.max(nowMs, run.latestMs ?? 0);
    return timeAxis(from, to, run.pauses.map((pause) => ({ fromMs: pause.fromMs, toMs: pause.toMs ?? to })));
  }, [run, nowMs]);
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const { from, to } = visibleRange({ ...useScrollWindow(element), rowHeight: ROW_HEIGHT, count: rows.length });
  useRowKeys({ rows, selected, onSelect, toggle });
  useWheelZoom(element, zoomBy);
  const at = rows.findIndex((row) => row.key === selected);
  useEffect(() => {
    if (at >= 0) reveal(element, at * ROW_HEIGHT, ROW_HEIGHT);
  }, [at, element]);
  return (
    <div className={styles["timeline"]}>
      <div className={styles["bar"]}>
        <span className={styles["hint"]}>
          <Kbd keys="j" /> <Kbd keys="k" /> {t("runs.keysMove")} <Kbd keys="h" /> <Kbd keys="l" /> {t("runs.keysOpen")} <Kbd keys="esc" /> {t("runs.keysEnd")}
        </span>
        <span className={styles["zoom"]}>
          <IconButton size="small" icon={ZoomOut} label={t("runs.zoomOut")} disabled={zoom <= 1} onClick={() => zoomBy(0.5)} />
          <IconButton size="small" icon={ZoomIn} label={t("runs.zoomIn")} disabled={zoom >= MOST_ZOOM} onClick={() => zoomBy(2)} />
          <IconButton size="small" icon={Maximize2} label={t("runs.zoomFit")} disabled={zoom === 1} onClick={() => setZoom(1)} />
        </span>
      </div>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable */}
      <div ref={setElement} className={styles["scroll"]} tabIndex={0} role="group" aria-label={t("runs.tabTimeline")}>
        <div className={styles["canvas"]} style={{ "--zoom": zoom } as React.CSSProperties}>
          <AxisHead axis={axis} zoom={zoom} />
          <div className={styles["rows"]} style={{ height: rows.length * ROW_HEIGHT }}>
            <Backdrop axis={axis} zoom={zoom} run={run} />
            {rows.slice(from, to).map((row, index) => (
              <TimelineRow
                key={row.key}
                row={row}
                top={(from + index) * ROW_HEIGHT}
                axis={axis}
                title={row.kind === "node" ? titleOf(row.node.node) : t("runs.round", { number: String(row.round ? row.round.index + 1 : 1) })}
                type={row.kind === "node" ? typeOf(row.node.nodeType) : ""}
                isSelected={row.key === selected}
                onSelect={onSelect}
                onToggle={toggle}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

function flipped(before: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(key)) after.add(key);
  return after;
}

function zoomed(zoom: number, factor: number): number {
  return Math.min(Math.max(zoom * factor, 1), MOST_ZOOM);
}

interface RowKeys {
  rows: ReturnType<typeof rowsOf>;
  selected: string | undefined;
  onSelect: (place: string | undefined) => void;
  toggle: (key: string) => void;
}

function useRowKeys({ rows, selected, onSelect, toggle }: RowKeys): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isMeantForOthers(event)) return;
      const row = rows.find((one) => one.key === selected);
      if (event.key === "j" || event.key === "k") onSelect(neighbour(rows, selected, event.key === "j" ? 1 : -1)?.key);
      else if (event.key === "Escape") onSelect(undefined);
      else if (event.key === "l" && row?.isOpen === false) toggle(row.key);
      else if (event.key === "h" && row?.isOpen === true) toggle(row.key);
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
}
