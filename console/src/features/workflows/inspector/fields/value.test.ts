import { describe, expect, it } from "vitest";
import { textValue, valueText } from "./ValueField";

describe("a value that is typed", () => {
  it.each([
    ["{{start.name}}", "{{start.name}}"],
    ["hello", "hello"],
    ["12", 12],
    ["-1.5", -1.5],
    ["true", true],
    ["[1, 2]", [1, 2]],
    ['{"a": "{{b.c}}"}', { a: "{{b.c}}" }],
    ["{}", {}],
    ["007", "007"],
    ["[not json", "[not json"],
    ["1.50", "1.50"],
  ])("%s is %j", (text, value) => {
    expect(textValue(text, undefined)).toEqual(value);
  });

  it("stays a text where it was one, and is left out when it is empty", () => {
    expect(textValue("123", "12")).toBe("123");
    expect(textValue(undefined, "x")).toBeUndefined();
    expect([valueText(null), valueText("x"), valueText([1])]).toEqual(["", "x", "[\n  1\n]"]);
  });
});
