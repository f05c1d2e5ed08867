import { normal, type WorkflowDocument } from "@/canvas/model/document";
import { NodeCatalog, type NodeShape, type NodeType } from "@/canvas/model/node-types";

function nodeType(type: string, more: Partial<NodeType> = {}): NodeType {
  return {
    type,
    version: 1,
    title: type,
    description: "",
    category: "other",
    icon: "box",
    role: "step",
    effect: "pure",
    settings: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
    outputs: [{ name: "text", type: "string" }],
    ports: ["out"],
    raw_fields: [],
    answer_field: null,
    inner_fields: [],
    ...more,
  };
}

/** Node types for tests, so that they need no plugin. */
export const CATALOG = new NodeCatalog([
  nodeType("start", { role: "start", outputs: [] }),
  nodeType("end", { role: "end" }),
  nodeType("step", { raw_fields: ["code"] }),
  nodeType("branch", { ports: ["yes", "no", "else"] }),
  nodeType("each", { role: "container", inner_fields: ["output"], outputs: [{ name: "output", type: "array[any]" }] }),
  nodeType("stop", { role: "break", outputs: [] }),
]);

/** start → first → choose (yes → second, no → each[inside]) → end */
export function sample(): WorkflowDocument {
  return normal({
    app: { name: "sample", mode: "workflow" },
    environment: [{ name: "KEY", type: "secret" }],
    conversation: [{ name: "facts", type: "array[string]" }],
    nodes: {
      start: { type: "start", settings: {} },
      first: { type: "step", settings: { text: "Hello {{start.name}}", code: "{{start.name}}" } },
      choose: { type: "branch", settings: { text: "{{first.text}}" } },
      second: { type: "step", settings: { text: "{{ first.text }} and \\{{first.text}}" } },
      each: { type: "each", settings: { text: "{{first.text}}", output: "{{inside.text}}" } },
      inside: { type: "step", parent: "each", settings: { text: "{{each.item}}", target: "each.count" } },
      after: { type: "step", parent: "each", settings: { text: "{{inside.text}}" } },
      end: { type: "end", settings: { outputs: { text: "{{second.text}}" } } },
    },
    edges: [
      { from: "start", to: "first" },
      { from: "first", to: "choose" },
      { from: "choose.yes", to: "second" },
      { from: "choose.no", to: "each" },
      { from: "inside", to: "after" },
      { from: "second", to: "end" },
      { from: "each", to: "end" },
    ],
    layout: { start: [0, 0], first: [300, 0], choose: [600, 0], second: [900, 0], each: [900, 200], inside: [930, 270], after: [1200, 270], end: [1500, 0] },
    notes: { why: { text: "Because", at: [0, -200] } },
  });
}

export const SHAPES: Record<string, NodeShape> = {
  start: { ports: ["out"], outputs: [{ name: "name", type: "string" }] },
  each: { ports: ["out"], outputs: [{ name: "output", type: "array[any]" }], inner: { item: "any", index: "number" } },
};
export const INSTALLED = { catalog: CATALOG, shapes: SHAPES };
