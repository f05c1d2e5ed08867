import { describe, expect, it } from "vitest";
import { changedInputs, readLoose, readObject, writeLoose } from "./changes";

describe("changedInputs", () => {
  const fields = [
    { name: "city" },
    { name: "days", type: "number" as const, default: 3 },
    { name: "kids", type: "checkbox" as const },
    { name: "file", type: "file" as const },
    { name: "secret", hidden: true },
  ];
  const file = { $file: { id: "file_1", name: "a.txt", size_bytes: 1 } };

  it("sends only what differs from the record", () => {
    const recorded = { city: "Lisbon", file, secret: 1 };
    expect(changedInputs(fields, recorded, { city: "Lisbon", days: 3, kids: false, file: { $file: { id: "file_1" } } })).toEqual({});
    expect(changedInputs(fields, recorded, { city: "Porto", days: 4, kids: true })).toEqual({
      city: "Porto",
      days: 4,
      kids: true,
      file: null,
    });
  });
});

describe("loose values", () => {
  it.each(["bees", "12", "true", '{"a":1}', "", "null", '"quoted"', "a: b"])("keeps the text %o a text", (text) => {
    expect(readLoose(writeLoose(text))).toBe(text);
  });

  it.each([12, true, null, ["a"], { a: { b: 1 } }])("keeps %o", (value) => {
    expect(readLoose(writeLoose(value))).toEqual(value);
  });

  it("takes only objects for outputs", () => {
    expect(readObject('{"text": "x"}')).toEqual({ text: "x" });
    expect([readObject("[]"), readObject("x"), readObject("null")]).toEqual([undefined, undefined, undefined]);
  });
});
