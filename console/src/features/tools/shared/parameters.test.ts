import { describe, expect, it } from "vitest";
import { parametersOf } from "./parameters";

describe("parameters of a tool", () => {
  it("say what each is, through references and lists", () => {
    const read = parametersOf({
      type: "object",
      required: ["order"],
      properties: {
        order: { $ref: "#/$defs/Order" },
        limit: { anyOf: [{ type: "integer", minimum: 1, maximum: 9 }, { type: "null" }], default: 3 },
        state: { enum: ["open", "sent"], description: "Only these." },
      },
      $defs: { Order: { type: "object", properties: { lines: { type: "array", items: { type: "string" } } } } },
    });

    expect(read.map(({ name, type, isRequired }) => [name, type, isRequired])).toEqual([
      ["order", "object", true],
      ["limit", "integer | null", false],
      ["state", "string", false],
    ]);
    expect(read[0]?.parts[0]).toMatchObject({ name: "lines", type: "array[string]" });
    expect(read[1]).toMatchObject({ bounds: "1 – 9", fallback: "3" });
    expect(read[2]).toMatchObject({ choices: ["open", "sent"], description: "Only these." });
  });

  it("come to an end where a schema holds itself", () => {
    const node = { type: "object", properties: { next: { $ref: "#/$defs/Node" } } };
    expect(() => parametersOf({ ...node, $defs: { Node: node, Loop: { $ref: "#/$defs/Loop" } } })).not.toThrow();
  });
});
