import { describe, expect, it } from "vitest";
import { normal, type Extent } from "@/canvas/model/document";
import { layOut } from "@/canvas/operations/layout";

const PORTS = ["first", "second", "third"];
const question = {
  sizeOf: (): Extent => [232, 52],
  isContainer: () => false,
  portIndex: (_: string, port: string) => PORTS.indexOf(port),
};

describe("a tidy layout", () => {
  it("puts what leaves by the first port above what leaves by the second, in whatever order edges were drawn", () => {
    const nodes = Object.fromEntries(["choose", "c", "b", "a"].map((id) => [id, { type: "step" }]));
    const edges = [
      { from: "choose.third", to: "c" },
      { from: "choose.second", to: "b" },
      { from: "choose.first", to: "a" },
    ];
    const { layout } = layOut(normal({ app: { name: "x" }, nodes, edges }), question);

    const tops = ["a", "b", "c"].map((id) => layout[id]?.[1] ?? NaN);
    expect(tops).toEqual([...tops].sort((one, other) => one - other));
  });

  it("lays a thousand nodes out in a moment", () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `n${index}`);
    const nodes = Object.fromEntries(ids.map((id) => [id, { type: "step" }]));
    const edges = ids.slice(1).map((to, index) => ({ from: `n${Math.floor(index / 3)}`, to }));
    const began = performance.now();
    const { layout } = layOut(normal({ app: { name: "x" }, nodes, edges }), question);

    expect(Object.keys(layout)).toHaveLength(1_000);
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});
