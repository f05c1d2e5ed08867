import { expect, test } from "vitest";
import { normal } from "@/canvas/model/document";
import { withPlaces } from "./first-places";

const WRITTEN = normal({
  app: { name: "By hand" },
  nodes: { start: { type: "start" }, each: { type: "iteration" }, ask: { type: "llm", parent: "each" } },
  edges: [{ from: "start", to: "each" }],
});

test("nodes that nobody has placed stand apart, the same way each time", async () => {
  const placed = await withPlaces(WRITTEN);

  expect(new Set(Object.values(placed.layout).map(String)).size).toBe(3);
  expect(await withPlaces(WRITTEN)).toEqual(placed);
});

test("places that somebody has given stay as they are", async () => {
  const given = { ...WRITTEN, layout: { start: [40, 60] as [number, number] } };

  expect(await withPlaces(given)).toBe(given);
});
