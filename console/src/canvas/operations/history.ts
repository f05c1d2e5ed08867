import type { WorkflowDocument } from "@/canvas/model/document";
import { applyChanges, difference, inverse, type Change } from "@/canvas/operations/changes";
import { tidy } from "@/canvas/operations/tidy";

/** One step that can be undone. */
export interface Step {
  changes: readonly Change[];
  /** Steps of the same group that follow each other soon are one: typing, moving by the arrow keys. */
  group: string | null;
  at: number;
  /** What was selected before and after. */
  selection: readonly [before: readonly string[], after: readonly string[]];
}

export interface History {
  done: readonly Step[];
  undone: readonly Step[];
}

export const NO_HISTORY: History = { done: [], undone: [] };
const MAX_STEPS = 500;
const GROUP_PAUSE_MS = 1_200;

/** Adds the step between two documents; nothing when they are the same. */
export function record(
  history: History,
  [before, after]: readonly [WorkflowDocument, WorkflowDocument],
  step: Omit<Step, "changes">,
): History {
  const changes = difference(before, after);
  if (changes.length === 0) return history;
  const last = history.done.at(-1);
  if (last && step.group !== null && last.group === step.group && step.at - last.at < GROUP_PAUSE_MS) {
    // Undone from here it leads to where the group began, so its first `before` holds.
    const start = applyChanges(before, inverse(last.changes)).document;
    const whole: Step = {
      ...step,
      changes: difference(start, after),
      selection: [last.selection[0], step.selection[1]],
    };
    return { done: [...history.done.slice(0, -1), whole], undone: [] };
  }
  return { done: [...history.done.slice(-MAX_STEPS + 1), { ...step, changes }], undone: [] };
}

export interface Travelled {
  history: History;
  document: WorkflowDocument;
  selection: readonly string[];
}

/** Takes the last step back; null when there is none. What it cannot find any more it leaves. */
export function undo(history: History, document: WorkflowDocument): Travelled | null {
  const step = history.done.at(-1);
  if (!step) return null;
  const { document: changed } = applyChanges(document, inverse(step.changes));
  return {
    history: { done: history.done.slice(0, -1), undone: [...history.undone, step] },
    document: tidy(changed).document,
    selection: step.selection[0],
  };
}

/** Does again what was undone last; null when there is nothing. */
export function redo(history: History, document: WorkflowDocument): Travelled | null {
  const step = history.undone.at(-1);
  if (!step) return null;
  const { document: changed } = applyChanges(document, step.changes);
  return {
    history: { done: [...history.done, { ...step, group: null }], undone: history.undone.slice(0, -1) },
    document: tidy(changed).document,
    selection: step.selection[1],
  };
}
