import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/api/problem";
import { createEditor, normal, type Editor, type WorkflowDocument } from "@/canvas";
import { addNode, setSetting, updateNode } from "@/canvas/operations/nodes";
import { operations } from "@/canvas/testing/arbitrary";
import { CATALOG, sample } from "@/canvas/testing/documents";
import { DraftSync, type DraftServer } from "./draft-sync";

/** A server that keeps one draft, as the gateway does. */
class Shelf implements DraftServer {
  document: WorkflowDocument = normal(sample());
  version = 1;
  isDown = false;
  writes = 0;

  private reach(): void {
    if (this.isDown) throw new ApiProblem({ status: 0, code: "unreachable" });
  }
  tag = () => Promise.resolve().then(() => (this.reach(), `"${this.version}"`));
  read = () => this.tag().then((etag) => ({ document: normal(structuredClone(this.document)), etag }));
  write = (document: WorkflowDocument, etag: string) =>
    Promise.resolve().then(() => {
      this.reach();
      if (etag !== `"${this.version}"`) throw new ApiProblem({ status: 412, code: "precondition_failed" });
      this.document = normal(structuredClone(document));
      this.version += 1;
      this.writes += 1;
      return `"${this.version}"`;
    });
}

async function visit(shelf: Shelf): Promise<{ editor: Editor; sync: DraftSync }> {
  const saved = await shelf.read();
  const editor = createEditor(saved.document, CATALOG);
  return { editor, sync: new DraftSync(shelf, editor, saved) };
}
const write = (editor: Editor, id: string, text: string) => editor.edit((document) => setSetting(document, id, ["text"], text));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a draft", () => {
  it("is saved a moment after the last edit, once", async () => {
    const shelf = new Shelf();
    const { editor, sync } = await visit(shelf);
    write(editor, "first", "a");
    write(editor, "first", "ab");
    expect(sync.state.getState().state).toBe("unsaved");

    await vi.advanceTimersByTimeAsync(1_000);

    expect(shelf.writes).toBe(1);
    expect(shelf.document.nodes["first"]?.settings?.["text"]).toBe("ab");
    expect(sync.state.getState().state).toBe("saved");
  });

  it("keeps both edits of two tabs, whichever saves first", async () => {
    const shelf = new Shelf();
    const [one, two] = [await visit(shelf), await visit(shelf)];
    write(one.editor, "first", "one");
    two.editor.edit((document) => updateNode(document, "first", { title: "two" }));

    await one.sync.flush();
    await two.sync.flush();
    await one.sync.pull();

    expect(shelf.document.nodes["first"]).toMatchObject({ title: "two", settings: { text: "one" } });
    expect(one.editor.getState().document.nodes["first"]).toEqual(shelf.document.nodes["first"]);
    expect(one.sync.isDirty).toBe(false);
  });

  it("says what two tabs have both changed, and takes the one that is chosen", async () => {
    const shelf = new Shelf();
    const [one, two] = [await visit(shelf), await visit(shelf)];
    write(one.editor, "second", "one");
    write(two.editor, "second", "two");
    await one.sync.flush();
    await two.sync.flush();

    const { conflicts } = two.sync.state.getState();
    expect(conflicts).toMatchObject([{ path: ["nodes", "second", "settings", "text"], mine: "two", theirs: "one" }]);
    expect(shelf.document.nodes["second"]?.settings?.["text"]).toBe("one");
    const conflict = conflicts[0];
    if (conflict) two.sync.resolve(conflict, "mine");
    await two.sync.flush();

    expect(shelf.document.nodes["second"]?.settings?.["text"]).toBe("two");
    expect(two.sync.state.getState().conflicts).toEqual([]);
  });

  it("that cannot be sent is sent when the server is back", async () => {
    const shelf = new Shelf();
    const { editor, sync } = await visit(shelf);
    shelf.isDown = true;
    write(editor, "first", "offline");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sync.state.getState().state).toBe("offline");

    shelf.isDown = false;
    await vi.advanceTimersByTimeAsync(10_000);

    expect(shelf.document.nodes["first"]?.settings?.["text"]).toBe("offline");
    expect(sync.state.getState().state).toBe("saved");
  });

  it("that is refused says why, and is tried again after the next edit", async () => {
    const shelf = new Shelf();
    const { editor, sync } = await visit(shelf);
    const refused = vi.spyOn(shelf, "write").mockRejectedValueOnce(new ApiProblem({ status: 409, code: "name_taken", title: "Taken" }));
    write(editor, "first", "x");
    await sync.flush();
    expect(sync.state.getState()).toMatchObject({ state: "refused", problem: { title: "Taken" } });

    refused.mockRestore();
    write(editor, "first", "y");
    await vi.advanceTimersByTimeAsync(1_000);

    expect(sync.state.getState()).toMatchObject({ state: "saved", problem: null });
  });

  it("takes edits back that an earlier visit could not save", async () => {
    const shelf = new Shelf();
    const { editor, sync } = await visit(shelf);
    const step = CATALOG.of({ type: "step" });
    if (!step) throw new Error("the type is there");
    sync.recover({ base: normal(sample()), document: addNode(normal(sample()), step, [0, 0]).document });
    await sync.flush();

    expect(Object.keys(shelf.document.nodes)).toContain("step");
    editor.undo();
    expect(Object.keys(editor.getState().document.nodes)).not.toContain("step");
  });

  it("comes to the same in all tabs, whatever is done in them and whenever they save", async () => {
    vi.useRealTimers();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(2), fc.option(operations)), { minLength: 2, maxLength: 14 }), async (acts) => {
        const shelf = new Shelf();
        const tabs = [await visit(shelf), await visit(shelf), await visit(shelf)] as const;
        for (const [index, operation] of acts) {
          const tab = tabs[index as 0 | 1 | 2];
          if (operation) tab.editor.edit(operation);
          else await tab.sync.flush();
        }
        for (const { sync } of tabs) await sync.flush();
        for (const { sync, editor } of tabs) {
          await sync.pull();
          expect(normal(editor.getState().document)).toEqual(shelf.document);
          expect(sync.isDirty).toBe(false);
          sync.dispose();
        }
      }),
      { numRuns: 60 },
    );
  });
});
