import { describe, expect, it } from "vitest";
import { changesIn, draftsOf, emptyField, faultIn } from "./metadata";

const BEFORE = { season: "spring", year: 2026, wet: true, tags: ["a", "b"] };

describe("fields of a document", () => {
  it("are the same when nobody touched them", () => {
    expect(changesIn(BEFORE, draftsOf(BEFORE))).toBeUndefined();
  });

  it("keep their kinds; what is gone is sent as null", () => {
    const drafts = draftsOf(BEFORE)
      .filter(({ name }) => name !== "season")
      .map((draft) => (draft.name === "year" ? { ...draft, text: "2027" } : draft.name === "wet" ? { ...draft, text: "false" } : draft));
    const added = { ...emptyField(), name: " plot ", kind: "number" as const, text: "1.5" };

    expect(changesIn(BEFORE, [...drafts, added])).toEqual({ season: null, year: 2027, wet: false, plot: 1.5 });
  });

  it("leave a list as it is", () => {
    const drafts = draftsOf(BEFORE);
    expect(drafts.find(({ name }) => name === "tags")).toMatchObject({ kind: "other", text: '["a","b"]' });
  });

  it("need a name of their own, and numbers that are numbers", () => {
    const [one, other] = [emptyField(), { ...emptyField(), name: "year", kind: "number" as const, text: "soon" }];
    const third = { ...emptyField(), name: "year " };

    expect(faultIn(one, [one, other])).toBe("noName");
    expect(faultIn(other, [one, other])).toBe("noNumber");
    expect(faultIn(third, [other, third])).toBe("twice");
  });
});
