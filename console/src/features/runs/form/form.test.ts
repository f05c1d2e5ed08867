import { describe, expect, it } from "vitest";
import { acceptAttribute, fileEntry, isAccepted, startFields, type FieldType, type FormField } from "./fields";
import { formState, localMoment, readForm } from "./form-state";

function field(type: FieldType, more: Partial<FormField> = {}): FormField {
  return { name: "x", type, ...more };
}
const file = { key: "1", id: "file_1", name: "a.pdf", sizeBytes: 10, mimeType: "application/pdf" };

describe("readForm", () => {
  it.each<[FormField, FieldValueLike, unknown]>([
    [field("text"), "bees", "bees"],
    [field("paragraph"), "a\nb", "a\nb"],
    [field("number"), " 3.5 ", 3.5],
    [field("number"), "2,5", 2.5],
    [field("checkbox"), true, true],
    [field("select"), "red", "red"],
    [field("multi-select"), ["a", "b"], ["a", "b"]],
    [field("date"), "2026-03-31", "2026-03-31"],
    [field("file"), [file], { $file: { id: "file_1" } }],
    [field("files"), [file], [{ $file: { id: "file_1" } }]],
    [field("object"), '{"a": 1}', { a: 1 }],
    [field("json"), "[1]", [1]],
    [field("json"), "0", 0],
  ])("reads %o", (one, given, value) => {
    expect(readForm([one], { x: given })).toEqual({ values: { x: value }, faults: {}, isFine: true });
  });

  it.each<[FormField, FieldValueLike, object]>([
    [field("text", { required: true }), "", { kind: "Required" }],
    [field("text", { max_length: 2 }), "abc", { kind: "MaxLength", limit: 2 }],
    [field("number"), "three", { kind: "Number" }],
    [field("number", { min: 1 }), "0", { kind: "Min", limit: 1 }],
    [field("number", { max: 9 }), "10", { kind: "Max", limit: 9 }],
    [field("select", { required: true }), "", { kind: "Required" }],
    [field("multi-select", { max_items: 1 }), ["a", "b"], { kind: "MaxItems", limit: 1 }],
    [field("file"), [{ ...file, id: undefined, share: 0.4 }], { kind: "Uploading" }],
    [field("file"), [{ ...file, error: new Error() }], { kind: "Failed" }],
    [field("file", { max_size_bytes: 5 }), [file], { kind: "FileSize", limit: 5 }],
    [field("files", { max_items: 1 }), [file, file], { kind: "MaxItems", limit: 1 }],
    [field("object"), "[]", { kind: "Object" }],
    [field("json"), "{", { kind: "Json" }],
  ])("refuses %o", (one, given, fault) => {
    expect(readForm([one], { x: given }).faults).toEqual({ x: fault });
  });

  it("leaves out what is empty, so that the default holds", () => {
    for (const type of ["text", "number", "select", "multi-select", "date", "datetime", "file", "json"] as const) {
      expect(readForm([field(type)], formState([field(type)])).values).toEqual({});
    }
  });

  it("sends an empty text where it overrules a default", () => {
    expect(readForm([field("text", { default: "hello" })], { x: "" }).values).toEqual({ x: "" });
  });

  it("names every field of an answer", () => {
    expect(readForm([field("number")], { x: "" }, true).values).toEqual({ x: null });
  });

  it("keeps hidden fields out", () => {
    expect(formState([field("text", { hidden: true, default: "a" })])).toEqual({});
    expect(readForm([field("text", { hidden: true, required: true })], {}).isFine).toBe(true);
  });

  it("sends moments with their zone", () => {
    const read = readForm([field("datetime")], { x: localMoment("2026-03-31T09:30:00Z") });
    expect(read.values).toEqual({ x: "2026-03-31T09:30:00Z" });
  });
});

describe("formState", () => {
  it("begins with defaults, and with what was given before", () => {
    const fields = [field("number", { default: 3 }), { name: "y", type: "checkbox" as const }, { name: "z", type: "json" as const }];
    expect(formState(fields)).toEqual({ x: "3", y: false, z: "" });
    expect(formState(fields, { x: 4, y: true, z: { a: 1 } })).toEqual({ x: "4", y: true, z: '{\n  "a": 1\n}' });
  });

  it("knows files of an earlier run", () => {
    const value = { $file: { id: "file_1", name: "a.pdf", size_bytes: 10, mime_type: "application/pdf", blob: "b" } };
    expect(formState([field("files")], { x: [value] })).toEqual({ x: [{ ...file, key: "file_1" }] });
    expect(fileEntry({ $file: 3 })).toBeUndefined();
  });
});

describe("files", () => {
  it.each([
    [[".pdf"], true],
    [["application/*"], true],
    [["image/*"], false],
    [["image", "document"], true],
    [[], true],
  ])("accepts by %o: %s", (accept, isFine) => {
    expect(isAccepted(file, accept)).toBe(isFine);
  });

  it("tells the browser what to offer", () => {
    expect(acceptAttribute([".pdf", "image"])).toBe(".pdf,image/*");
    expect(acceptAttribute(["document"])).toBe("");
  });
});

describe("startFields", () => {
  it("finds the form by the role of its node", () => {
    const document = { nodes: { a: { type: "llm" }, b: { type: "begin", settings: { fields: [{ name: "q" }] } } } };
    expect(startFields(document, new Set(["begin"]))).toEqual([{ name: "q" }]);
    expect(startFields(undefined, new Set())).toEqual([]);
  });
});

type FieldValueLike = Parameters<typeof readForm>[1][string];
