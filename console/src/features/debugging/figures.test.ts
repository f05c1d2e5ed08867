import { describe, expect, it } from "vitest";
import { comparable, figure, nodeLines } from "./figures";

describe("figure", () => {
  it("says by how much it changed, and whether that is good", () => {
    expect(figure("cost_usd", 2, 1)).toMatchObject({ difference: -1, share: -0.5, isBetter: true });
    expect(figure("elapsed_s", 1, 3)).toMatchObject({ difference: 2, share: 2, isBetter: false });
  });

  it("calls neither noise nor what has no better side good or bad", () => {
    expect(figure("elapsed_s", 10, 10.1).isBetter).toBeUndefined();
    expect(figure("nodes_done", 3, 5).isBetter).toBeUndefined();
    expect(figure("tokens", 0, 0).isBetter).toBeUndefined();
  });

  it("does not divide by nothing, nor compare with what is not known", () => {
    expect(figure("tokens", 0, 8)).toMatchObject({ share: undefined, isBetter: false });
    expect(figure("cost_usd", undefined, 1)).toMatchObject({ difference: undefined, isBetter: undefined });
  });
});

describe("nodeLines", () => {
  it("puts nodes of both beside each other", () => {
    const before = [
      { node: "ask", node_type: "llm", status: "succeeded", input_tokens: 3, output_tokens: 4, elapsed_s: 1 },
      { node: "old", node_type: "code", status: "succeeded" },
    ];
    const after = [{ node: "ask", node_type: "llm", status: "succeeded", reused: "run_1" }];
    const changes = [
      { place: "old", node_type: "code", change: "removed" as const },
      { place: "each:0/in", node_type: "llm", change: "changed" as const, status_before: "failed", status_after: "succeeded" },
    ];
    const lines = nodeLines(changes, before, after);
    expect(lines.map((line) => [line.place, line.change, line.isReused])).toEqual([
      ["ask", "same", true],
      ["old", "removed", false],
      ["each:0/in", "changed", false],
    ]);
    expect(lines[0]?.before).toMatchObject({ tokens: 7, elapsedS: 1 });
    expect(lines[2]?.before?.status).toBe("failed");
  });
});

describe("comparable", () => {
  it("leaves texts as they are", () => {
    expect(["a\nb", { a: 1 }, null].map(comparable)).toEqual(["a\nb", '{\n  "a": 1\n}', ""]);
  });
});
