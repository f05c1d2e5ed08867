import { describe, expect, it } from "vitest";
import { flowing } from "./flowing";

describe("flowing", () => {
  it("joins lines that a narrow page broke, and keeps paragraphs", () => {
    expect(flowing("Heather wants\nsour soil\n and sun.\n\n\nFerns do not.\n")).toBe("Heather wants sour soil and sun.\nFerns do not.");
  });

  it("keeps lists, headings, tables and code as they are", () => {
    const text = "# Soil\nSour soil\nsuits:\n- heather\n- ferns in\nshade\n1. peat\n| a | b |\n    code";
    expect(flowing(text)).toBe("# Soil\nSour soil suits:\n- heather\n- ferns in shade\n1. peat\n| a | b |\n    code");
  });

  it("writes no space where a script has none", () => {
    expect(flowing("石楠喜欢\n酸性土壤")).toBe("石楠喜欢酸性土壤");
  });
});
