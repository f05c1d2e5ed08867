import { describe, expect, it } from "vitest";
import { normal, type WorkflowDocument } from "@/canvas/model/document";
import { addNode, setSetting, updateNode } from "@/canvas/operations/nodes";
import { nudge } from "@/canvas/operations/placing";
import { CATALOG, sample, SHAPES } from "@/canvas/testing/documents";
import { Projector } from "@/canvas/view/projection";

const step = CATALOG.of({ type: "step" });
if (!step) throw new Error("the type is there");
const seen = (document: WorkflowDocument, selection: string[] = []) => ({
  document,
  catalog: CATALOG,
  shapes: SHAPES,
  selection,
  selectedEdges: [],
});
const large = (): WorkflowDocument => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `n${index}`);
  return normal({
    app: { name: "large" },
    nodes: Object.fromEntries(ids.map((id) => [id, { type: "step", settings: { text: id } }])),
    edges: ids.slice(1).map((to, index) => ({ from: `n${index}`, to })),
    layout: Object.fromEntries(ids.map((id, index) => [id, [(index % 40) * 300, Math.floor(index / 40) * 100]])),
  });
};

describe("the projection", () => {
  it("puts containers before what is inside, which stands relative to them", () => {
    const { nodes, edges } = new Projector().project(seen(sample()));
    const ids = nodes.map((node) => node.id);

    expect(ids.indexOf("each")).toBeLessThan(ids.indexOf("inside"));
    expect(nodes.find((node) => node.id === "inside")).toMatchObject({ parentId: "each", position: { x: 30, y: 72 } });
    expect(edges.find((edge) => edge.target === "second")).toMatchObject({ source: "choose", sourceHandle: "yes" });
  });

  it("shows every port that an edge leaves by, also one that the node has no more", () => {
    const document = { ...sample(), edges: [...sample().edges, { from: "choose.gone", to: "end" }] };
    const choose = new Projector().project(seen(document)).nodes.find((node) => node.id === "choose");

    expect(choose?.data).toMatchObject({ ports: ["yes", "no", "else", "gone"] });
  });

  it.each([
    ["an edit of its settings", (document: WorkflowDocument) => setSetting(document, "n500", ["text"], "new")],
    ["its move", (document: WorkflowDocument) => nudge(document, ["n500"], [10, 0])],
    ["its name", (document: WorkflowDocument) => updateNode(document, "n500", { title: "new" })],
  ])("draws one node of a thousand anew after %s", (_, change) => {
    const projector = new Projector();
    const document = large();
    const before = projector.project(seen(document));
    const after = projector.project(seen(change(document)));

    expect(after.nodes.filter((node, index) => node !== before.nodes[index]).map((node) => node.id)).toEqual(["n500"]);
    expect(after.edges.every((edge, index) => edge === before.edges[index])).toBe(true);
  });

  it("draws a group behind all else, held by its head", () => {
    const document = { ...sample(), notes: { ...sample().notes, box: { kind: "frame" as const, at: [0, 0] as [number, number] } } };
    const projector = new Projector();
    const { nodes } = projector.project(seen(document));
    const box = nodes.find((node) => node.id === "box");

    expect(box).toMatchObject({ type: "frame", dragHandle: ".group-head", style: { pointerEvents: "none" } });
    expect(nodes.every((node) => node === box || (node.zIndex ?? 0) > (box?.zIndex ?? 0))).toBe(true);
    expect(projector.project(seen({ ...document })).nodes.find((node) => node.id === "box")).toBe(box);
  });

  it("draws what is selected anew, and nothing else", () => {
    const projector = new Projector();
    const document = large();
    const before = projector.project(seen(document, ["n1"]));
    const after = projector.project(seen(document, ["n2"]));

    expect(after.nodes.filter((node, index) => node !== before.nodes[index]).map((node) => node.id)).toEqual(["n1", "n2"]);
  });

  it("takes a moment for a thousand nodes", () => {
    const projector = new Projector();
    const document = large();
    projector.project(seen(document));
    const began = performance.now();
    for (let index = 0; index < 10; index++) projector.project(seen(addNode(document, step, [0, index]).document));

    expect((performance.now() - began) / 10).toBeLessThan(60);
  });
});
