export interface Stretch {
  fromMs: number;
  toMs: number;
}

/** Maps moments to shares of a width, 0 to 1. Long pauses are drawn short, or nothing else would be seen. */
export interface TimeAxis {
  fromMs: number;
  toMs: number;
  /** Pauses that are drawn shorter than they were. */
  breaks: (Stretch & { from: number; to: number })[];
  at: (ms: number) => number;
  ticks: (most: number) => { at: number; offsetMs: number }[];
}

/** So much of what is drawn is one shortened pause, and no more than the rest together. */
const SHARE_OF_BREAK = 0.06;
const MOST_OF_BREAKS = 0.3;

/** Makes the axis of a run that went on from `fromMs` to `toMs`. */
export function timeAxis(fromMs: number, toMs: number, pauses: readonly Stretch[] = []): TimeAxis {
  const end = Math.max(toMs, fromMs + 1);
  const long = longPauses(fromMs, end, pauses);
  const cutMs = long.reduce((sum, pause) => sum + pause.toMs - pause.fromMs, 0);
  const activeMs = Math.max(end - fromMs - cutMs, 1);
  const share = long.length === 0 ? 0 : Math.min(SHARE_OF_BREAK, MOST_OF_BREAKS / long.length);
  const perMs = (1 - share * long.length) / activeMs;
  const breaks: TimeAxis["breaks"] = [];
  let drawn = 0;
  let since = fromMs;
  for (const pause of long) {
    drawn += (pause.fromMs - since) * perMs;
    breaks.push({ ...pause, from: drawn, to: drawn + share });
    drawn += share;
    since = pause.toMs;
  }
  const at = (ms: number): number => {
    let base = 0;
    let from = fromMs;
    for (const gap of breaks) {
      if (ms < gap.fromMs) break;
      if (ms <= gap.toMs) return gap.from + ((ms - gap.fromMs) / (gap.toMs - gap.fromMs)) * (gap.to - gap.from);
      base = gap.to;
      from = gap.toMs;
    }
    return clamp(base + (ms - from) * perMs);
  };
  return { fromMs, toMs: end, breaks, at, ticks: (most) => ticksOf({ fromMs, end, perMs, breaks, most, at }) };
}

function longPauses(fromMs: number, toMs: number, pauses: readonly Stretch[]): Stretch[] {
  const inside = pauses
    .map((pause) => ({ fromMs: Math.max(pause.fromMs, fromMs), toMs: Math.min(pause.toMs, toMs) }))
    .filter((pause) => pause.toMs > pause.fromMs);
  const pausedMs = inside.reduce((sum, pause) => sum + pause.toMs - pause.fromMs, 0);
  const activeMs = Math.max(toMs - fromMs - pausedMs, 1);
  // One that is short beside the work is no trouble and stays to scale.
  return inside.filter((pause) => pause.toMs - pause.fromMs > activeMs * 0.25);
}

interface TickOrder {
  fromMs: number;
  end: number;
  perMs: number;
  breaks: TimeAxis["breaks"];
  most: number;
  at: (ms: number) => number;
}

function ticksOf({ fromMs, end, perMs, breaks, most, at }: TickOrder): { at: number; offsetMs: number }[] {
  const stepMs = niceStepMs(1 / perMs / Math.max(most, 1));
  const found: { at: number; offsetMs: number }[] = [];
  for (let ms = fromMs; ms <= end; ms += stepMs) {
    const gap = breaks.find((one) => ms > one.fromMs && ms < one.toMs);
    if (gap) {
      // Go on with the first round moment after the pause.
      ms = fromMs + Math.ceil((gap.toMs - fromMs) / stepMs) * stepMs - stepMs;
      continue;
    }
    found.push({ at: at(ms), offsetMs: ms - fromMs });
  }
  return found;
}

const NICE_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

/** The next round step that is not smaller. */
export function niceStepMs(leastMs: number): number {
  if (leastMs > 1000) return 1000 * (NICE_S.find((step) => step * 1000 >= leastMs) ?? Math.ceil(leastMs / 86_400_000) * 86_400);
  const power = 10 ** Math.floor(Math.log10(Math.max(leastMs, 1)));
  const digit = [1, 2, 5, 10].find((factor) => factor * power >= leastMs) ?? 10;
  return Math.max(1, digit * power);
}

function clamp(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}
