import { Pause } from "lucide-react";
import { Tooltip } from "@/design";
import { useI18n } from "@/i18n";
import type { RunModel } from "../model";
import type { TimeAxis } from "./time-axis";
import styles from "./Timeline.module.css";

const TICKS = 8;

/** A share of the track as CSS. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(4)}%`;
}

export function AxisHead({ axis, zoom }: { axis: TimeAxis; zoom: number }) {
  const { t, format } = useI18n();
  return (
    <div className={styles["head"]}>
      <div className={styles["corner"]}>{t("runs.node")}</div>
      <div className={styles["track"]}>
        {axis.ticks(TICKS * zoom).map((tick) => (
          <span
            key={tick.offsetMs}
            className={styles["tick"]}
            data-last={tick.at > 0.94 || undefined}
            style={{ left: percent(tick.at) }}
          >
            {tick.offsetMs === 0 ? "0" : format.duration(tick.offsetMs / 1000)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Lines at round moments, pauses, and where a worker was lost. */
export function Backdrop({ axis, zoom, run }: { axis: TimeAxis; zoom: number; run: RunModel }) {
  const { t, format } = useI18n();
  return (
    <div className={styles["backdrop"]} aria-hidden>
      <div className={styles["track"]}>
        {axis.ticks(TICKS * zoom).map((tick) => (
          <i key={tick.offsetMs} className={styles["line"]} style={{ left: percent(tick.at) }} />
        ))}
        {run.pauses.map((pause) => {
          const toMs = pause.toMs ?? axis.toMs;
          const from = axis.at(pause.fromMs);
          return (
            <Tooltip key={pause.fromMs} label={t("runs.pausedFor", { time: format.duration((toMs - pause.fromMs) / 1000) })}>
              <span
                className={styles["pause"]}
                data-cut={axis.breaks.some((gap) => gap.fromMs === pause.fromMs) || undefined}
                style={{ left: percent(from), width: percent(axis.at(toMs) - from) }}
              >
                <Pause size={11} />
              </span>
            </Tooltip>
          );
        })}
        {run.takeovers.filter((one) => one.repeated.length > 0).map((takeover) => (
          <Tooltip key={takeover.epoch} label={t("runs.workerLost", { nodes: takeover.repeated.join(", ") })}>
            <span className={styles["takeover"]} style={{ left: percent(axis.at(takeover.atMs)) }} />
          </Tooltip>
        ))}
      </div>
    </div>
  );
}
