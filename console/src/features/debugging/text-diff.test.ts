import { describe, expect, it } from "vitest";
import { diffLines, diffWords, type Piece } from "./text-diff";

function sides(pieces: Piece[]): [string, string] {
  const side = (kind: Piece["kind"]) => pieces.filter((piece) => piece.kind !== kind).map((piece) => piece.text).join("");
  return [side("added"), side("removed")];
}

describe("diffWords", () => {
  it("names the words that changed", () => {
    expect(diffWords("a quiet corner", "a loud corner")).toEqual([
      { kind: "same", text: "a " },
      { kind: "removed", text: "quiet" },
      { kind: "added", text: "loud" },
      { kind: "same", text: " corner" },
    ]);
  });

  it.each([
    ["", "new words"],
    ["old words", ""],
    ["the bees flew to the garden", "the bees had flown to a garden, late"],
    ["去里斯本三天", "去波尔图三天"],
    ["a b a b a b", "b a b a b a b c"],
    ["same", "same"],
  ])("loses nothing of %o and %o", (before, after) => {
    expect(sides(diffWords(before, after))).toEqual([before, after]);
  });

  it("loses nothing of random texts", () => {
    let seed = 7;
    const next = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
    const random = () => Array.from({ length: next(60) }, () => "abc "[next(4)]).join("");
    for (let round = 0; round < 300; round += 1) {
      const [before, after] = [random(), random()];
      expect(sides(diffWords(before, after))).toEqual([before, after]);
    }
  });

  it("gives up on texts that have nothing in common, in no time", () => {
    const before = Array.from({ length: 4000 }, (_, index) => `a${index}`).join(" ");
    const after = Array.from({ length: 4000 }, (_, index) => `b${index}`).join(",");
    const began = performance.now();
    expect(sides(diffWords(before, after))).toEqual([before, after]);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe("diffLines", () => {
  it("keeps lines whole", () => {
    expect(diffLines('{\n "a": 1\n}', '{\n "a": 2\n}').map((piece) => piece.kind)).toEqual(["same", "removed", "added", "same"]);
  });
});
