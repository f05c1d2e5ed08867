import { createStore, type StoreApi } from "zustand/vanilla";
import type { Point, WorkflowDocument } from "@/canvas/model/document";
import { equal } from "@/canvas/model/json";
import type { NodeCatalog, Shapes } from "@/canvas/model/node-types";
import { NO_HISTORY, record, redo, undo, type History, type Travelled } from "@/canvas/operations/history";
import type { End } from "@/canvas/operations/edges";
import type { Issue } from "@/canvas/state/issues";

export interface EditorState {
  document: WorkflowDocument;
  catalog: NodeCatalog;
  shapes: Shapes;
  issues: readonly Issue[];
  issuesByNode: ReadonlyMap<string, readonly Issue[]>;
  history: History;
  /** Nodes and notes. */
  selection: readonly string[];
  selectedEdges: readonly string[];
  /** The node whose settings are open. */
  opened: string | null;
  /** Where in the opened node the focus should go, as after a jump to a problem. */
  focusPath: readonly string[] | null;
  /** A connection that is being drawn, and where it may end. */
  connecting: { source: End; targets: ReadonlySet<string> } | null;
  /** A node is being chosen to be added, and where it goes. */
  adding: Adding | null;
  /** Under the pointer. */
  hoveredEdge: string | null;
  isReadOnly: boolean;
}

/** Where a node that is added goes. */
export interface Adding {
  /** On the canvas; beside what it is connected to when left out. */
  at?: Point;
  /** In the window, where the list opens. */
  screen: { x: number; y: number };
  source?: End;
  edge?: string;
  parent?: string | null;
}

export interface Edit {
  /** What is done in the same group within a moment is undone together. */
  group?: string;
  select?: readonly string[];
  open?: string | null;
}

export interface Editor extends StoreApi<EditorState> {
  /** Makes a change that can be undone. */
  edit: (change: (document: WorkflowDocument) => WorkflowDocument, options?: Edit) => void;
  undo: () => void;
  redo: () => void;
  select: (ids: readonly string[], edges?: readonly string[]) => void;
  open: (id: string | null, focusPath?: readonly string[]) => void;
  /** Takes over what somebody else changed; own steps can still be undone. */
  rebase: (document: WorkflowDocument, renamed?: ReadonlyMap<string, string>) => void;
  setChecked: (shapes: Shapes, issues: readonly Issue[]) => void;
}

export function createEditor(document: WorkflowDocument, catalog: NodeCatalog, isReadOnly = false): Editor {
  const store = createStore<EditorState>(() => ({
    document,
    catalog,
    shapes: {},
    issues: [],
    issuesByNode: new Map(),
    history: NO_HISTORY,
    selection: [],
    selectedEdges: [],
    opened: null,
    focusPath: null,
    connecting: null,
    adding: null,
    hoveredEdge: null,
    isReadOnly,
  }));
  const travel = (go: (history: History, document: WorkflowDocument) => Travelled | null) => {
    const state = store.getState();
    const there = state.isReadOnly ? null : go(state.history, state.document);
    if (!there) return;
    const here = (id: string) => id in there.document.nodes || id in there.document.notes;
    store.setState({
      document: there.document,
      history: there.history,
      selection: there.selection.filter(here),
      selectedEdges: [],
      opened: state.opened !== null && state.opened in there.document.nodes ? state.opened : null,
    });
  };
  return Object.assign(store, {
    edit: (change: (document: WorkflowDocument) => WorkflowDocument, { group, select, open }: Edit = {}) => {
      const state = store.getState();
      const next = change(state.document);
      if (next === state.document || state.isReadOnly) return;
      const selection = select ?? state.selection.filter((id) => id in next.nodes || id in next.notes);
      const opened = open === undefined ? state.opened : open;
      store.setState({
        document: next,
        history: record(state.history, [state.document, next], {
          group: group ?? null,
          at: Date.now(),
          selection: [state.selection, selection],
        }),
        selection,
        selectedEdges: [],
        opened: opened !== null && opened in next.nodes ? opened : null,
      });
    },
    undo: () => travel(undo),
    redo: () => travel(redo),
    select: (ids: readonly string[], edges: readonly string[] = []) => {
      const state = store.getState();
      if (equal(ids, state.selection) && equal(edges, state.selectedEdges)) return;
      store.setState({ selection: ids, selectedEdges: edges });
    },
    open: (id: string | null, focusPath?: readonly string[]) => {
      const state = store.getState();
      if (id !== null && !(id in state.document.nodes)) return;
      store.setState({
        opened: id,
        focusPath: focusPath ?? null,
        ...(id === null ? {} : { selection: [id], selectedEdges: [] }),
      });
    },
    rebase: (next: WorkflowDocument, renamed: ReadonlyMap<string, string> = new Map()) => {
      const state = store.getState();
      const named = (id: string) => renamed.get(id) ?? id;
      const here = (id: string) => id in next.nodes || id in next.notes;
      const opened = state.opened === null ? null : named(state.opened);
      store.setState({
        document: next,
        selection: state.selection.map(named).filter(here),
        opened: opened !== null && opened in next.nodes ? opened : null,
        // A group that began before is not the same step any more.
        history: { ...state.history, done: state.history.done.map((step) => ({ ...step, group: null })) },
      });
    },
    setChecked: (shapes: Shapes, issues: readonly Issue[]) => {
      const state = store.getState();
      const kept = keepSame(state.shapes, shapes);
      const same = equal(state.issues, issues);
      if (kept === state.shapes && same) return;
      store.setState({
        shapes: kept,
        ...(same ? {} : { issues, issuesByNode: byNode(issues, state.issuesByNode) }),
      });
    },
  });
}

/** Keeps the objects that say the same, so that nothing is drawn again for them. */
function keepSame(before: Shapes, after: Shapes): Shapes {
  let isSame = Object.keys(before).length === Object.keys(after).length;
  const kept = Object.fromEntries(
    Object.entries(after).map(([id, shape]) => {
      const old = before[id];
      // What cannot be told for a moment, while settings are half done, stays as it was.
      const next = old ? { ...shape, ports: shape.ports ?? old.ports, outputs: shape.outputs ?? old.outputs } : shape;
      if (old && equal(old, next)) return [id, old];
      isSame = false;
      return [id, next];
    }),
  );
  return isSame ? before : kept;
}

function byNode(
  issues: readonly Issue[],
  before: ReadonlyMap<string, readonly Issue[]>,
): ReadonlyMap<string, readonly Issue[]> {
  const groups = new Map<string, Issue[]>();
  for (const issue of issues) {
    if (issue.node === undefined) continue;
    const group = groups.get(issue.node);
    if (group) group.push(issue);
    else groups.set(issue.node, [issue]);
  }
  return new Map(
    [...groups].map(([id, found]) => {
      const old = before.get(id);
      return [id, old && equal(old, found) ? old : found];
    }),
  );
}
