import { describe, expect, it } from "vitest";
import { copy, clipText, parseClip, paste } from "@/canvas/operations/clipboard";
import { dissolve, nestingRefusal, setParent } from "@/canvas/operations/containers";
import { connect, insertOnEdge, possibleTargets, refusal, renamePort } from "@/canvas/operations/edges";
import { NO_HISTORY, record, undo } from "@/canvas/operations/history";
import { layOut } from "@/canvas/operations/layout";
import { addNode, removeNodes, renameNode, setSetting, updateNode } from "@/canvas/operations/nodes";
import { place } from "@/canvas/operations/placing";
import { fitsType, typeOfPath, variablesAt } from "@/canvas/operations/scope";
import { summarize } from "@/canvas/operations/summary";
import { CATALOG, INSTALLED, sample } from "@/canvas/testing/documents";

const step = CATALOG.of({ type: "step" });
if (!step) throw new Error("the type is there");

describe("nodes", () => {
  it("are added under a free id with what their schema asks for", () => {
    const first = addNode(sample(), step, [10, 20]);
    const second = addNode(first.document, step, [0, 0]);

    expect([first.id, second.id]).toEqual(["step", "step_2"]);
    expect(first.document.nodes["step"]).toEqual({ type: "step", settings: { text: "" } });
    expect(first.document.layout["step"]).toEqual([10, 20]);
  });

  it("go with all that is inside of them", () => {
    const document = removeNodes(sample(), ["each"]);

    expect(Object.keys(document.nodes)).not.toContain("inside");
    expect(document.edges.map((edge) => edge.to)).toEqual(["first", "choose", "second", "end"]);
  });

  it("leave no gap when it is asked to be closed", () => {
    const document = removeNodes(sample(), ["first"], true);

    expect(document.edges[document.edges.length - 1]).toEqual({ from: "start", to: "choose" });
  });

  it("are renamed in edges, references, parents and targets, and not in code", () => {
    const document = renameNode(renameNode(sample(), "first", "hello"), "each", "round", () => ["code"]);

    expect(document.nodes["choose"]?.settings).toEqual({ text: "{{hello.text}}" });
    expect(document.nodes["second"]?.settings).toEqual({ text: "{{ hello.text }} and \\{{first.text}}" });
    expect(document.nodes["inside"]).toMatchObject({ parent: "round", settings: { text: "{{round.item}}", target: "round.count" } });
    expect(document.edges).toContainEqual({ from: "choose.no", to: "round" });
    const kept = renameNode(sample(), "start", "begin", () => ["code"]);
    expect(kept.nodes["first"]?.settings).toEqual({ text: "Hello {{begin.name}}", code: "{{start.name}}" });
  });
});

describe("edges", () => {
  it.each([
    [{ node: "second", port: "out" }, "second", "self"],
    [{ node: "second", port: "out" }, "first", "cycle"],
    [{ node: "second", port: "out" }, "inside", "border"],
    [{ node: "second", port: "out" }, "end", "twice"],
    [{ node: "second", port: "out" }, "start", "before-start"],
    [{ node: "end", port: "out" }, "second", "after-end"],
    [{ node: "choose", port: "out" }, "end", "no-port"],
    [{ node: "choose", port: "else" }, "nowhere", "missing"],
    [{ node: "choose", port: "else" }, "end", null],
  ] as const)("%o → %s: %s", (source, target, expected) => {
    expect(refusal(sample(), INSTALLED, source, target)).toBe(expected);
  });

  it("may end at what does not lead to their source", () => {
    expect(possibleTargets(sample(), INSTALLED, { node: "second", port: "out" })).toEqual(new Set(["each"]));
  });

  it("run through a node that is put onto them", () => {
    const { document, id } = addNode(sample(), step, [0, 0]);
    const edges = insertOnEdge(document, INSTALLED, "choose.yes>second", id).edges;

    expect(edges).toContainEqual({ from: "choose.yes", to: id });
    expect(edges).toContainEqual({ from: id, to: "second" });
    expect(edges).not.toContainEqual({ from: "choose.yes", to: "second" });
  });

  it("follow a port that is called otherwise", () => {
    expect(renamePort(sample(), "choose", "yes", "maybe").edges).toContainEqual({ from: "choose.maybe", to: "second" });
  });
});

describe("containers", () => {
  it("take nodes in without edges across their border", () => {
    const document = setParent(sample(), CATALOG, ["second"], "each");

    expect(document.nodes["second"]?.parent).toBe("each");
    expect(document.edges.some((edge) => edge.to === "second")).toBe(false);
  });

  it("refuse what cannot be inside", () => {
    expect(nestingRefusal(sample(), CATALOG, "start", "each")).toBe("start-or-end");
    expect(nestingRefusal(sample(), CATALOG, "each", "each")).toBe("inside-itself");
    expect(nestingRefusal(sample(), CATALOG, "first", "second")).toBe("not-a-container");
  });

  it("leave what is inside when they are dissolved", () => {
    const document = dissolve(sample(), CATALOG, "each");

    expect(document.nodes["inside"]).toEqual({ type: "step", settings: { text: "{{each.item}}", target: "each.count" } });
    expect(document.edges).toContainEqual({ from: "inside", to: "after" });
    expect(document.nodes["each"]).toBeUndefined();
  });

  it("move with what is inside of them", () => {
    expect(place(sample(), new Map([["each", [910, 220]]])).layout["inside"]).toEqual([940, 290]);
  });
});

describe("the clipboard", () => {
  it("carries nodes to another app as text, with fresh ids and references that follow", () => {
    const clip = parseClip(clipText(copy(sample(), ["first", "choose", "each", "why"])));
    if (!clip) throw new Error("it can be read");
    const { document, ids } = paste(sample(), clip, CATALOG, [40, 40]);

    expect(ids).toContain("first_2");
    expect(document.nodes["choose_2"]?.settings).toEqual({ text: "{{first_2.text}}" });
    expect(document.nodes["first_2"]?.settings?.["text"]).toBe("Hello {{start.name}}");
    expect(document.nodes["inside_2"]?.parent).toBe("each_2");
    expect(document.edges).toContainEqual({ from: "choose_2.no", to: "each_2" });
    expect(document.notes["why_2"]?.at).toEqual([40, -160]);
  });

  it("brings no second start", () => {
    const { document } = paste(sample(), copy(sample(), ["start", "first"]), CATALOG, [0, 0]);

    expect(document.nodes["start_2"]).toBeUndefined();
    expect(document.nodes["first_2"]).toBeDefined();
  });

  it.each(["", "hello", "{}", '{"skep_nodes": 1}', '{"skep_nodes": 1, "nodes": {"a": 3}}', "skep_nodes {"])("refuses %j", (text) => {
    expect(parseClip(text)).toBeNull();
  });
});

describe("typing", () => {
  it("is one step as long as it goes on", () => {
    const start = sample();
    let document = start;
    let history = NO_HISTORY;
    for (const [index, text] of ["a", "ab", "abc"].entries()) {
      const next = setSetting(document, "first", ["text"], text);
      history = record(history, [document, next], { group: "first/text", at: index * 200, selection: [["first"], ["first"]] });
      document = next;
    }

    expect(history.done).toHaveLength(1);
    expect(undo(history, document)?.document).toEqual(start);
  });
});

describe("variables", () => {
  const groups = variablesAt(sample(), INSTALLED, "second");

  it("are those of nodes before, of the run and of the app", () => {
    expect(groups.map((group) => group.root)).toEqual(["choose", "first", "start", "conversation", "env", "sys"]);
    expect(groups[2]?.variables).toEqual([{ path: "start.name", name: "name", type: "string", description: undefined }]);
  });

  it("inside of a container are its own and what is before it", () => {
    const inside = variablesAt(sample(), INSTALLED, "after");
    expect(inside.map((group) => group.root).slice(0, 3)).toEqual(["inside", "each", "choose"]);
    expect(variablesAt(sample(), INSTALLED, "each", "output").map((group) => group.root).slice(0, 3)).toEqual(["each", "inside", "after"]);
  });

  it("have types, also below their names", () => {
    expect(typeOfPath(groups, ["conversation", "facts", "0"])).toBe("string");
    expect(typeOfPath(groups, ["conversation", "facts", "x"])).toBeUndefined();
    expect(typeOfPath(groups, ["start", "nothing"])).toBeUndefined();
    expect(fitsType("array[string]", "array")).toBe(true);
  });
});

describe("a tidy layout", () => {
  const question = { sizeOf: (): [number, number] => [232, 52], isContainer: (id: string) => id === "each", portIndex: () => 0 };

  it("goes from left to right and keeps what is inside inside", () => {
    const { layout } = layOut(sample(), question);
    const x = (id: string) => layout[id]?.[0] ?? NaN;

    expect(x("start")).toBeLessThan(x("first"));
    expect(x("first")).toBeLessThan(x("choose"));
    expect(x("inside")).toBeGreaterThan(x("each"));
    expect(x("after")).toBeGreaterThan(x("inside"));
    expect(Object.keys(layout).sort()).toEqual(Object.keys(sample().nodes).sort());
  });
});

describe("a summary", () => {
  it("tells what is new, gone, called otherwise and changed", () => {
    const added = addNode(sample(), step, [0, 0]);
    const connected = connect(added.document, { node: "choose", port: "else" }, added.id);
    const after = updateNode(renameNode(connected, "first", "hello"), "end", { title: "The end" });
    const summary = summarize(sample(), after);

    expect(summary.added).toEqual(["step"]);
    expect(summary.removed).toEqual([]);
    expect(summary.renamed).toEqual([{ from: "first", to: "hello" }]);
    expect(summary.connected).toEqual([{ from: "choose", port: "else", to: "step" }]);
    expect(summary.disconnected).toEqual([]);
    expect(summary.changed.find(({ id }) => id === "end")?.fields).toEqual([{ path: "title", before: undefined, after: "The end" }]);
    expect(summarize(sample(), sample()).isSame).toBe(true);
  });
});
