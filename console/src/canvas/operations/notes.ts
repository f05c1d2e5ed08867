import type { CanvasNote, Point, WorkflowDocument } from "@/canvas/model/document";
import { freshId } from "@/canvas/model/ids";
import { without } from "@/canvas/model/json";

export function addNote(document: WorkflowDocument, at: Point): { document: WorkflowDocument; id: string } {
  const id = freshId({ has: (wish) => wish in document.notes || wish in document.nodes }, "note");
  return { id, document: { ...document, notes: { ...document.notes, [id]: { at } } } };
}

export function updateNote(document: WorkflowDocument, id: string, changes: Partial<CanvasNote>): WorkflowDocument {
  const note = document.notes[id];
  return note ? { ...document, notes: { ...document.notes, [id]: { ...note, ...changes } } } : document;
}

export function removeNotes(document: WorkflowDocument, ids: Iterable<string>): WorkflowDocument {
  const notes = without(document.notes, ids);
  return notes === document.notes ? document : { ...document, notes };
}
