import { describe, expect, it } from "vitest";
import { filterFrom, isNarrowed, queryOf, runIdIn, searchOf } from "./filter";

describe("the filter in the address", () => {
  it("survives the way there and back", () => {
    const filter = { app: "app_1", status: "failed" as const, period: "day" as const, endUser: "ada" };
    expect(filterFrom(new URLSearchParams(searchOf(filter)))).toEqual(filter);
    expect(isNarrowed(filter)).toBe(true);
  });

  it("drops what means nothing", () => {
    expect(filterFrom(new URLSearchParams("status=banana&period=eon&x=1"))).toEqual({});
    expect(isNarrowed({})).toBe(false);
  });
});

describe("queryOf", () => {
  it("asks the same thing for a minute", () => {
    const at = Date.parse("2026-03-31T09:30:20Z");
    expect(queryOf({ period: "hour", endUser: "ada" }, at)).toEqual({ end_user: "ada", since: "2026-03-31T08:30:00.000Z" });
    expect(queryOf({ period: "hour" }, at + 30_000)).toEqual(queryOf({ period: "hour" }, at));
  });
});

describe("runIdIn", () => {
  const id = "run_01M8AT7F9KKA7CY2FS95N41RYQ";
  it.each([
    [id, id],
    [`  ${id.toLowerCase().replace("RUN", "run")} `, id],
    [`https://skep.example/runs/${id}?tab=events`, id],
    ["run_1", undefined],
    ["bees", undefined],
  ])("%s", (text, found) => {
    expect(runIdIn(text)).toBe(found);
  });
});
