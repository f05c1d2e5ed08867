import { describe, expect, it } from "vitest";
import type { WorkflowDocument } from "@/canvas/model/document";
import { merge } from "@/canvas/operations/merge";
import { addNode, removeNodes, setSetting, updateNode } from "@/canvas/operations/nodes";
import { connect } from "@/canvas/operations/edges";
import { place } from "@/canvas/operations/placing";
import { mergeTexts } from "@/canvas/operations/text-merge";
import { CATALOG, sample } from "@/canvas/testing/documents";

const step = CATALOG.of({ type: "step" });
if (!step) throw new Error("the type is there");
const join = (mine: WorkflowDocument, theirs: WorkflowDocument) => merge({ base: sample(), mine, theirs });

describe("changes of two people", () => {
  it("to different fields of one node are both made", () => {
    const { document, conflicts } = join(
      setSetting(sample(), "first", ["text"], "mine"),
      updateNode(sample(), "first", { title: "theirs" }),
    );

    expect(document.nodes["first"]).toMatchObject({ title: "theirs", settings: { text: "mine" } });
    expect(conflicts).toEqual([]);
  });

  it("to one field keep theirs and tell mine", () => {
    const { document, conflicts } = join(
      setSetting(sample(), "first", ["code"], "mine"),
      setSetting(sample(), "first", ["code"], "theirs"),
    );

    expect(document.nodes["first"]?.settings?.["code"]).toBe("theirs");
    expect(conflicts).toEqual([
      { path: ["nodes", "first", "settings", "code"], base: "{{start.name}}", mine: "mine", theirs: "theirs" },
    ]);
  });

  it("to different parts of one text are both made", () => {
    const { document, conflicts } = join(
      setSetting(sample(), "first", ["text"], "Good day {{start.name}}"),
      setSetting(sample(), "first", ["text"], "Hello {{start.name}}!"),
    );

    expect(document.nodes["first"]?.settings?.["text"]).toBe("Good day {{start.name}}!");
    expect(conflicts).toEqual([]);
  });

  it("that add a node under one id keep both", () => {
    const mine = addNode(sample(), step, [0, 0]);
    const connected = connect(mine.document, { node: "choose", port: "else" }, mine.id);
    const theirs = setSetting(addNode(sample(), step, [9, 9]).document, "step", ["text"], "theirs");
    const { document, renamed, conflicts } = join(connected, theirs);

    expect(document.nodes["step"]?.settings).toEqual({ text: "theirs" });
    expect(document.nodes["step_2"]?.settings).toEqual({ text: "" });
    expect(document.edges).toContainEqual({ from: "choose.else", to: "step_2" });
    expect([...renamed]).toEqual([["step", "step_2"]]);
    expect(conflicts).toEqual([]);
  });

  it("to a node that the other removed are told", () => {
    const { document, conflicts } = join(setSetting(sample(), "second", ["text"], "mine"), removeNodes(sample(), ["second"]));

    expect(document.nodes["second"]).toBeUndefined();
    expect(conflicts).toMatchObject([{ path: ["nodes", "second", "settings", "text"], mine: "mine", theirs: undefined }]);
  });

  it("keep a node that one removed and the other changed, with its edges", () => {
    const { document, conflicts } = join(removeNodes(sample(), ["second"]), setSetting(sample(), "second", ["text"], "theirs"));

    expect(document.nodes["second"]?.settings).toEqual({ text: "theirs" });
    expect(document.edges).toContainEqual({ from: "choose.yes", to: "second" });
    expect(document.layout["second"]).toEqual([900, 0]);
    expect(conflicts).toMatchObject([{ path: ["nodes", "second"], mine: undefined }]);
  });

  it("that connect to what the other removed are told", () => {
    const { document, conflicts } = join(
      connect(sample(), { node: "choose", port: "else" }, "second"),
      removeNodes(sample(), ["second"]),
    );

    expect(document.edges.some((edge) => edge.to === "second")).toBe(false);
    expect(conflicts.map((conflict) => conflict.path)).toEqual([["edges", "choose.else>second"]]);
  });

  it("to places keep mine", () => {
    const { document, conflicts } = join(
      place(sample(), new Map([["first", [1, 1]]])),
      place(sample(), new Map([["first", [2, 2]], ["second", [3, 3]]])),
    );

    expect([document.layout["first"], document.layout["second"]]).toEqual([[1, 1], [3, 3]]);
    expect(conflicts).toEqual([]);
  });
});

describe("texts", () => {
  it.each([
    ["one two three", "ONE two three", "one two THREE", "ONE two THREE"],
    ["one two", "one two mine", "one two theirs", null],
    ["one two", "one X", "one Y", null],
    ["a\nb\nc", "a\nb\nc\nd", "0\na\nb\nc", "0\na\nb\nc\nd"],
  ])("%j", (base, mine, theirs, expected) => {
    expect(mergeTexts(base, mine, theirs)).toBe(expected);
  });
});
