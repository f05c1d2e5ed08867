import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sourceOf, type WorkflowDocument } from "@/canvas/model/document";
import { applyChanges, difference, inverse } from "@/canvas/operations/changes";
import { reachedFrom } from "@/canvas/operations/edges";
import { NO_HISTORY, record, redo, undo } from "@/canvas/operations/history";
import { merge } from "@/canvas/operations/merge";
import { tidy } from "@/canvas/operations/tidy";
import { operations, type Operation } from "@/canvas/testing/arbitrary";
import { sample } from "@/canvas/testing/documents";

const several = fc.array(operations, { minLength: 1, maxLength: 12 });
const after = (start: WorkflowDocument, steps: readonly Operation[]) => steps.reduce((document, step) => step(document), start);
const text = (document: WorkflowDocument) => JSON.stringify(document);

describe("whatever is done", () => {
  it("leaves no edge, place or parent that leads nowhere", () => {
    fc.assert(
      fc.property(several, (steps) => {
        const document = after(sample(), steps);
        expect(tidy(document).document).toBe(document);
      }),
    );
  });

  it("leaves no cycle and no edge across a border", () => {
    fc.assert(
      fc.property(several, (steps) => {
        const document = after(sample(), steps);
        for (const edge of document.edges) {
          const { node } = sourceOf(edge);
          expect(reachedFrom(document, edge.to).has(node)).toBe(false);
          expect(document.nodes[node]?.parent).toBe(document.nodes[edge.to]?.parent);
        }
      }),
    );
  });

  it("can be written as changes that lead there and back", () => {
    fc.assert(
      fc.property(several, (steps) => {
        const before = sample();
        const document = after(before, steps);
        const changes = difference(before, document);
        expect(applyChanges(before, changes)).toEqual({ document, lost: [] });
        expect(applyChanges(document, inverse(changes))).toEqual({ document: before, lost: [] });
      }),
    );
  });

  it("is undone step by step and done again", () => {
    fc.assert(
      fc.property(several, (steps) => {
        const states = [sample()];
        let history = NO_HISTORY;
        for (const step of steps) {
          const before = states.at(-1) ?? sample();
          const next = step(before);
          const recorded = record(history, [before, next], { group: null, at: 0, selection: [[], []] });
          if (recorded !== history) states.push(next);
          history = recorded;
        }
        const last = states.at(-1) ?? sample();
        let document = last;
        for (const state of states.slice(0, -1).reverse()) {
          const gone = undo(history, document);
          if (!gone) throw new Error("nothing to undo");
          ({ document, history } = gone);
          expect(text(document)).toBe(text(state));
        }
        for (let again = redo(history, document); again; again = redo(history, document)) ({ document, history } = again);
        expect(document).toEqual(last);
      }),
    );
  });
});

describe("two people's changes", () => {
  it("are joined without an edge that leads nowhere, and nothing is lost in silence", () => {
    fc.assert(
      fc.property(several, several, (mine, theirs) => {
        const base = sample();
        const sides = { base, mine: after(base, mine), theirs: after(base, theirs) };
        const merged = merge(sides);
        expect(tidy(merged.document).document).toBe(merged.document);
        if (merged.conflicts.length === 0 && merged.renamed.size === 0) {
          // Then what I wanted is there, as far as it is not what they changed in just the same way.
          const missing = difference(base, sides.mine).filter(
            ({ path, before }) => path[0] === "nodes" && path.length === 4 && before !== undefined && !lookUpNode(merged.document, path),
          );
          expect(missing).toEqual([]);
        }
      }),
    );
  });

  it("of one alone are taken as they are", () => {
    fc.assert(
      fc.property(several, (steps) => {
        const base = sample();
        const changed = after(base, steps);
        expect(merge({ base, mine: base, theirs: changed }).document).toEqual(changed);
        expect(merge({ base, mine: changed, theirs: base }).document).toEqual(changed);
        expect(merge({ base, mine: changed, theirs: changed }).conflicts).toEqual([]);
      }),
    );
  });
});

function lookUpNode(document: WorkflowDocument, path: readonly string[]): boolean {
  return (path[1] ?? "") in document.nodes;
}
