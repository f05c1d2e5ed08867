import { describe, expect, it } from "vitest";
import { highlight, wordsOf } from "./highlight";

const hits = (text: string, query: string) =>
  highlight(text, wordsOf(query))
    .filter(({ isHit }) => isHit)
    .map((piece) => piece.text);

describe("words of a query in a text", () => {
  it("are marked whatever their case and their ending", () => {
    expect(hits("Ferns want water. A fern in the Water!", "fern water?")).toEqual(["Ferns", "water", "fern", "Water"]);
  });

  it("are marked as words, not inside others", () => {
    expect(hits("The cat concatenates categories.", "cat")).toEqual(["cat"]);
  });

  it("are found where no spaces are written", () => {
    expect(hits("杜鹃花喜欢酸性土壤。", "什么土壤")).toContain("土壤");
  });

  it("may hold what patterns are made of", () => {
    expect(hits("Use c++ (or 1.5) here", "(1.5) [c++")).toEqual(["1.5"]);
  });

  it("leave the text whole", () => {
    const text = "a b\nfern c";
    expect(highlight(text, wordsOf("fern")).map((piece) => piece.text).join("")).toBe(text);
    expect(highlight(text, [])).toEqual([{ text, isHit: false }]);
  });
});
