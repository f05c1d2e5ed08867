import { describe, expect, it } from "vitest";
import { removeNodes, setSetting, updateNode } from "@/canvas/operations/nodes";
import { createEditor } from "@/canvas/state/editor-store";
import { CATALOG, sample, SHAPES } from "@/canvas/testing/documents";

describe("the editor", () => {
  it("opens only what is there, and closes what goes", () => {
    const editor = createEditor(sample(), CATALOG);
    editor.open("nowhere");
    expect(editor.getState().opened).toBeNull();

    editor.open("second");
    editor.edit((document) => removeNodes(document, ["second"]));

    expect(editor.getState()).toMatchObject({ opened: null, selection: [] });
  });

  it("selects again what was selected before a step that is undone", () => {
    const editor = createEditor(sample(), CATALOG);
    editor.select(["second"]);
    editor.edit((document) => removeNodes(document, ["second"]), { select: [] });
    editor.undo();

    expect(editor.getState().selection).toEqual(["second"]);
    expect(editor.getState().document.nodes["second"]).toBeDefined();
  });

  it("undoes own steps after others have changed something, and leaves theirs", () => {
    const editor = createEditor(sample(), CATALOG);
    editor.edit((document) => setSetting(document, "first", ["text"], "mine"));
    editor.rebase(updateNode(editor.getState().document, "second", { title: "theirs" }));
    editor.undo();

    expect(editor.getState().document.nodes["first"]?.settings?.["text"]).toBe("Hello {{start.name}}");
    expect(editor.getState().document.nodes["second"]?.title).toBe("theirs");
  });

  it("changes nothing for those who may only read", () => {
    const editor = createEditor(sample(), CATALOG, true);
    editor.edit((document) => removeNodes(document, ["second"]));

    expect(editor.getState().document).toEqual(sample());
  });

  it("keeps the ports of a node while its settings are half done, and objects that say the same", () => {
    const editor = createEditor(sample(), CATALOG);
    editor.setChecked({ ...SHAPES, choose: { ports: ["yes", "no"], outputs: [] } }, []);
    const before = editor.getState().shapes;
    editor.setChecked({ ...structuredClone(SHAPES), choose: { ports: null, outputs: null } }, []);

    expect(editor.getState().shapes["choose"]).toEqual({ ports: ["yes", "no"], outputs: [] });
    expect(editor.getState().shapes["start"]).toBe(before["start"]);
  });
});
