import { describe, expect, it } from "vitest";
import type { WorkflowDocument } from "@/canvas/model/document";
import { framesOf } from "@/canvas/model/frames";
import { clipText, copy, parseClip, paste } from "@/canvas/operations/clipboard";
import { addGroup, contentsOf, isGroup, refitted, withGrouped } from "@/canvas/operations/groups";
import { nudge, place } from "@/canvas/operations/placing";
import { CATALOG, sample } from "@/canvas/testing/documents";

const frames = (document: WorkflowDocument) => framesOf(document, CATALOG, () => ["out"]);

function grouped(...ids: string[]) {
  const made = addGroup(sample(), frames(sample()), ids);
  if (!made) throw new Error("there is something to group");
  return made;
}

describe("groups", () => {
  it("are frames around what was selected, with room for a title", () => {
    const { document, id } = grouped("start", "first");

    expect(document.notes[id]).toEqual({ kind: "frame", color: "grey", at: [-20, -50], size: [570, 120] });
    expect(contentsOf(document, frames(document), id).sort()).toEqual(["first", "start"]);
    expect(isGroup(document, "why")).toBe(false);
  });

  it("hold a container for what is inside of it, and nothing when nothing was selected", () => {
    const { document, id } = grouped("inside");

    expect(contentsOf(document, frames(document), id)).toEqual(["each"]);
    expect(addGroup(sample(), frames(sample()), [])).toBeNull();
    expect(addGroup(sample(), frames(sample()), ["gone"])).toBeNull();
  });

  it("hold notes and smaller groups, but never each other", () => {
    const inner = grouped("start", "first");
    const outer = addGroup(inner.document, frames(inner.document), [inner.id, "why"]);
    if (!outer) throw new Error("there is something to group");
    const held = frames(outer.document);

    expect(contentsOf(outer.document, held, outer.id).sort()).toEqual(["first", inner.id, "start", "why"].sort());
    expect(contentsOf(outer.document, held, inner.id)).not.toContain(outer.id);
    const same = outer.document.notes[outer.id];
    const twin = { ...outer.document, notes: { ...outer.document.notes, ...(same && { twin: same }) } };
    expect(contentsOf(twin, frames(twin), "twin")).not.toContain(outer.id);
  });

  it("move with what lies within", () => {
    const { document, id } = grouped("each");
    const moved = nudge(document, withGrouped(document, frames(document), [id]), [100, 10]);

    expect(moved.notes[id]?.at).toEqual([(document.notes[id]?.at[0] ?? 0) + 100, (document.notes[id]?.at[1] ?? 0) + 10]);
    expect(moved.layout["inside"]).toEqual([1030, 280]);
    expect(moved.layout["start"]).toEqual(document.layout["start"]);
  });

  it("are fitted to what they held when that was put elsewhere", () => {
    const { document, id } = grouped("start", "first");
    const after = place(document, new Map([["start", [1000, 1000]], ["first", [1300, 1000]]]));
    const fitted = refitted(document, frames(document), after, frames);

    expect(fitted.notes[id]).toMatchObject({ at: [980, 950], size: [570, 120] });
  });

  it("are carried by the clipboard with what lies within", () => {
    const { document, id } = grouped("start", "first");
    const clip = parseClip(clipText(copy(document, withGrouped(document, frames(document), [id]))));
    if (!clip) throw new Error("it can be read");
    const pasted = paste(document, clip, CATALOG, [0, 500]);

    expect(pasted.document.notes["group_2"]).toMatchObject({ kind: "frame", at: [-20, 450] });
    expect(pasted.document.layout["first_2"]).toEqual([300, 500]);
  });
});
