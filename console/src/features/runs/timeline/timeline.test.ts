import { describe, expect, it } from "vitest";
import { recordedRun } from "../model/recorded/read";
import { ancestorsOf, neighbour, rowsOf } from "./rows";
import { niceStepMs, timeAxis } from "./time-axis";
import { visibleRange } from "./window";

const NONE = new Set<string>();

describe("timeAxis", () => {
  it("is linear without pauses", () => {
    const axis = timeAxis(1000, 3000);
    expect([1000, 2000, 3000, 500, 9000].map(axis.at)).toEqual([0, 0.5, 1, 0, 1]);
    expect(axis.ticks(4).map((tick) => tick.offsetMs)).toEqual([0, 500, 1000, 1500, 2000]);
  });

  it("shortens a day of waiting so that the work is seen", () => {
    const day = 86_400_000;
    const axis = timeAxis(0, day + 2000, [{ fromMs: 1000, toMs: day + 1000 }]);
    expect(axis.at(1000)).toBeCloseTo(0.47);
    expect(axis.at(day + 1000)).toBeCloseTo(0.53);
    expect(axis.at(day / 2 + 1000)).toBeCloseTo(0.5);
    expect(axis.ticks(4).every((tick) => tick.offsetMs <= 1000 || tick.offsetMs >= day)).toBe(true);
  });

  it("keeps short pauses to scale", () => {
    expect(timeAxis(0, 1000, [{ fromMs: 400, toMs: 500 }]).breaks).toEqual([]);
  });

  it("never goes back", () => {
    const axis = timeAxis(0, 90_000, [
      { fromMs: 1000, toMs: 30_000 },
      { fromMs: 31_000, toMs: 80_000 },
    ]);
    const shares = Array.from({ length: 200 }, (_, index) => axis.at(index * 450));
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(axis.at(90_000)).toBeCloseTo(1);
  });

  it("draws a run of no length", () => {
    expect(timeAxis(5, 5).at(5)).toBe(0);
  });
});

describe("niceStepMs", () => {
  it.each([
    [1, 1],
    [3, 5],
    [70, 100],
    [600, 1000],
    [1100, 2000],
    [40_000, 60_000],
  ])("%d ms gives %d ms", (least, step) => {
    expect(niceStepMs(least)).toBe(step);
  });
});

describe("rowsOf", () => {
  it("nests rounds under their container and nodes under their round", () => {
    const rows = rowsOf(recordedRun("trip-notes"), NONE);
    const shown = rows.slice(0, 8).map((row) => `${" ".repeat(row.depth)}${row.key}`);
    expect(shown).toEqual(["start", "places", "weather", "each", " each:0", "  each:0/note", "  each:0/count", " each:1"]);
  });

  it("closes what was closed", () => {
    const rows = rowsOf(recordedRun("trip-notes"), new Set(["each"]));
    expect(rows.map((row) => row.key)).toEqual(["start", "places", "weather", "each", "guide", "answer", "end"]);
    expect(rows[3]?.isOpen).toBe(false);
  });

  it("keeps rounds within rounds apart", () => {
    const rows = rowsOf(recordedRun("savings-plan"), NONE);
    const inner = rows.find((row) => row.key.includes("/grow:0/"));
    expect(inner?.depth).toBe(4);
  });
});

describe("moving", () => {
  const rows = rowsOf(recordedRun("parcel-status"), NONE);
  it("goes from row to row and stops at the ends", () => {
    expect(neighbour(rows, undefined, 1)?.key).toBe("start");
    expect(neighbour(rows, "start", 1)?.key).toBe("greet");
    expect(neighbour(rows, "start", -1)?.key).toBe("start");
    expect(neighbour(rows, "carrier", 1)?.key).toBe("carrier");
  });

  it("knows what is around a place", () => {
    expect(ancestorsOf("each:0/grow:11/check")).toEqual(["each", "each:0", "each:0/grow", "each:0/grow:11"]);
    expect(ancestorsOf("guide")).toEqual([]);
  });
});

describe("visibleRange", () => {
  it("draws what is seen and a little more", () => {
    expect(visibleRange({ scrollTop: 2800, height: 280, rowHeight: 28, count: 1000, extra: 5 })).toEqual({ from: 95, to: 115 });
    expect(visibleRange({ scrollTop: 0, height: 280, rowHeight: 28, count: 4 })).toEqual({ from: 0, to: 4 });
    expect(visibleRange({ scrollTop: 9000, height: 280, rowHeight: 28, count: 4 })).toEqual({ from: 4, to: 4 });
  });
});
