import { describe, expect, it } from "vitest";
import { isSeldom, labelOf, optionsOf, shapeOf, type Schema } from "./schema";

const condition = { title: "Condition", type: "object", properties: { left: {}, op: {}, conditions: {} } };
const of = (kind: string): Schema => ({ type: "object", properties: { type: { enum: [kind] } }, required: ["type"] });

describe("a setting is edited", () => {
  it.each<[string, Schema, string]>([
    ["prompt", { type: "string", default: "" }, "text"],
    ["url", { type: "string", maxLength: 8000 }, "line"],
    ["id", { type: "string", pattern: "^[a-z]+$" }, "word"],
    ["model", { type: "string" }, "model"],
    ["rerank_model", { anyOf: [{ type: "string" }, { type: "null" }] }, "model"],
    ["datasets", { type: "array", items: { type: "string" } }, "datasets"],
    ["conditions", { type: "array", items: condition }, "conditions"],
    ["conditions", { type: "array", items: { title: "Condition" } }, "conditions"],
    ["temperature", { anyOf: [{ type: "number", minimum: 0 }, { type: "null" }] }, "number"],
    ["min", { anyOf: [{ type: "integer" }, { type: "number" }, { type: "null" }] }, "number"],
    ["seconds", { anyOf: [{ type: "number" }, { type: "string" }, { type: "null" }] }, "value"],
    ["required", { type: "boolean" }, "switch"],
    ["mode", { enum: ["a", "b"] }, "choice"],
    ["inputs", { type: "object", maxProperties: 200 }, "record"],
    ["headers", { anyOf: [{ type: "object" }, { type: "array", items: { type: "object" } }] }, "record"],
    ["auth", { anyOf: [of("none"), of("bearer")] }, "union"],
    ["memory", { anyOf: [{ type: "object", properties: { window: { type: "integer" } } }, { type: "null" }] }, "object"],
    ["stop", { type: "array", items: { type: "string" } }, "strings"],
    ["values", { type: "array" }, "values"],
    ["cases", { type: "array", items: { type: "object", properties: { id: {} } } }, "objects"],
    ["items", { description: "The array" }, "value"],
  ])("%s %j: %s", (name, schema, kind) => {
    expect(shapeOf(name, schema).kind).toBe(kind);
  });

  it("as code or JSON when it holds another language", () => {
    expect(shapeOf("code", { type: "string" }, { isRaw: true }).kind).toBe("code");
    expect(shapeOf("template", { type: "string" }, { isRaw: true }).kind).toBe("template");
    expect(shapeOf("schema", { anyOf: [{ type: "object" }, { type: "null" }] }, { isRaw: true }).kind).toBe("json");
  });

  it("under a readable name, and behind the fold when it is seldom changed", () => {
    expect(labelOf("max_tokens")).toBe("Max tokens");
    const seed = shapeOf("seed", { anyOf: [{ type: "integer" }, { type: "null" }], default: null });
    expect([isSeldom("seed", seed, false), isSeldom("seed", seed, true)]).toEqual([true, false]);
    expect([...optionsOf({ anyOf: [of("none"), of("bearer")] }).keys()]).toEqual(["none", "bearer"]);
  });
});
