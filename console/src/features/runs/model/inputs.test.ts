import { describe, expect, it } from "vitest";
import { asValues, inputsOf, neededValues, referencesOf, resolve, type RunDocument } from "./inputs";
import { progressOf } from "./progress";
import { recordedRun } from "./recorded/read";

const document: RunDocument = {
  nodes: {
    start: { type: "start" },
    places: { type: "variable-aggregator", settings: { values: [["Old town", "Harbour"]] } },
    each: { type: "iteration", settings: { items: "{{places.output}}", output: "{{note.text}}" } },
    note: { type: "llm", parent: "each", settings: { prompt: "{{each.item}} of {{start.city}} {{each.index}}" } },
    count: { type: "code", parent: "each", settings: { code: "{{no.reference}}", inputs: { text: "{{note.text}}" } } },
  },
};
const run = recordedRun("trip-notes");
const rawOf = (type: string) => (type === "code" ? ["code"] : []);

describe("referencesOf", () => {
  it("finds each once, and none that is escaped or raw", () => {
    const settings = { a: "{{x.y}} \\{{no.t}} {{ x.y }}", b: [{ c: "{{sys.query}}" }], d: "{{raw.text}}" };
    expect(referencesOf(settings, ["d"])).toEqual(["x.y", "sys.query"]);
    expect(referencesOf(undefined)).toEqual([]);
  });
});

describe("inputsOf", () => {
  it("says what a node in a round read", () => {
    expect(inputsOf(run, document, "each:1/note")).toEqual([
      { reference: "each.item", isKnown: true, value: "Harbour" },
      { reference: "start.city", isKnown: true, value: "Lisbon" },
      { reference: "each.index", isKnown: true, value: 1 },
    ]);
  });

  it("reads the own round before what is around it", () => {
    const read = inputsOf(run, document, "each:2/count", ["code"]);
    expect(read).toMatchObject([{ reference: "note.text", value: "Market hall of Lisbon: a quiet corner in the morning, a long table at noon." }]);
  });

  it("says so when the log does not know", () => {
    expect(resolve(run, document, "", "nobody.x")).toEqual({ reference: "nobody.x", isKnown: false });
  });

  it("finds what the run was about", () => {
    expect(resolve(run, document, "", "sys.user").value).toBe("ada@example.org");
  });
});

describe("neededValues", () => {
  it("takes values from the last run", () => {
    const needed = neededValues(document, "note", rawOf, run, "each:0");
    expect(asValues(needed)).toEqual({ each: { item: "Old town", index: 0 }, start: { city: "Lisbon" } });
  });

  it("gives a container what those inside of it read outside", () => {
    const needed = neededValues(document, "each", rawOf, undefined);
    expect(needed.map(({ root, name, isKnown }) => `${root}.${name} ${isKnown}`)).toEqual([
      "places.output false",
      "start.city false",
    ]);
  });
});

describe("progressOf", () => {
  it("brings the rounds of a node together", () => {
    const progress = progressOf(run);
    expect(progress.get("note")).toMatchObject({ status: "succeeded", times: 4, done: 4, tokens: 118 });
    expect(progress.get("each")).toMatchObject({ rounds: { done: 4, all: 4 } });
    expect(progress.get("weather")).toMatchObject({ status: "failed", attempt: 3, message: "127.0.0.1 cannot be connected to." });
  });

  it("shows what is under way before what is done", () => {
    const early = recordedRun("trip-notes", 20);
    expect(progressOf(early).get("note")).toMatchObject({ status: "running", done: 2, times: 3 });
    expect(progressOf(early).get("each")?.rounds).toEqual({ done: 1, all: 3 });
  });

  it("knows what came from a record", () => {
    expect(progressOf(recordedRun("fork")).get("count")?.isReused).toBe(true);
  });
});
