import { ReactFlow, ReactFlowProvider, useReactFlow, useStore } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useCallback, useEffect, useMemo, useRef, useState, type DragEvent, type ReactNode } from "react";
import type { Point } from "@/canvas/model/document";
import { GRID } from "@/canvas/model/geometry";
import { useEditor, useEditorState } from "@/canvas/state/context";
import { AddNode } from "@/canvas/view/AddNode";
import { CanvasMenu } from "@/canvas/view/CanvasMenu";
import { Announcer, DropNote } from "@/canvas/view/CanvasWords";
import { add, addNoteAt } from "@/canvas/view/commands";
import { ContainerNode } from "@/canvas/view/ContainerNode";
import { farBelow, FarContext } from "@/canvas/view/distance";
import { Dots } from "@/canvas/view/Dots";
import { GroupNode } from "@/canvas/view/GroupNode";
import { Minimap } from "@/canvas/view/Minimap";
import { DRAGGED_TYPE } from "@/canvas/view/NodeList";
import { NoteNode } from "@/canvas/view/NoteNode";
import type { CanvasNode } from "@/canvas/view/projection";
import { Shortcuts } from "@/canvas/view/Shortcuts";
import { StepNode } from "@/canvas/view/StepNode";
import { containerUnder, freePort } from "@/canvas/view/targets";
import { Toolbar } from "@/canvas/view/Toolbar";
import { useConnecting } from "@/canvas/view/use-connecting";
import { useFlow } from "@/canvas/view/use-flow";
import { useKeyboard } from "@/canvas/view/use-keyboard";
import { WorkflowEdge } from "@/canvas/view/WorkflowEdge";
import { useI18n } from "@/i18n";
import styles from "./Canvas.module.css";

const NODE_TYPES = { step: StepNode, container: ContainerNode, note: NoteNode, frame: GroupNode };
const EDGE_TYPES = { workflow: WorkflowEdge };
const SNAP: [number, number] = [GRID, GRID];
const FIT = { padding: 0.15, maxZoom: 1 };

interface CanvasProps {
  /** Opens the search for nodes of this workflow. */
  onSearch: () => void;
  /** Over the canvas, at its top: what there is to say about it. */
  children?: ReactNode;
}

/** The workflow as a picture that is worked on by mouse and keyboard alike. */
export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Inner {...props} />
    </ReactFlowProvider>
  );
}

function Inner({ onSearch, children }: CanvasProps) {
  const { t } = useI18n();
  const editor = useEditor();
  const flow = useReactFlow();
  const box = useRef<HTMLDivElement>(null);
  const pointer = useRef<Point | null>(null);
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const [hasMap, setHasMap] = useState(true);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const hasSelection = useEditorState((state) => state.selection.length + state.selectedEdges.length > 0);
  const { nodes, edges, frames: drawnFrames, onNodesChange, onEdgesChange, onDragStop, dropTarget } = useFlow();
  const isFar = useStore((state) => state.transform[2] < farBelow(nodes.length));
  const connecting = useConnecting(flow.screenToFlowPosition);

  const focus = useCallback(() => box.current?.focus({ preventScroll: true }), []);
  const middle = useCallback((): Point => {
    const frame = box.current?.getBoundingClientRect();
    const at = pointer.current ?? [(frame?.left ?? 0) + (frame?.width ?? 0) / 2, (frame?.top ?? 0) + (frame?.height ?? 0) / 2];
    const { x, y } = flow.screenToFlowPosition({ x: at[0], y: at[1] });
    return [x, y];
  }, [flow]);
  const actions = useMemo(
    () => ({
      openPalette: () => {
        const frame = box.current?.getBoundingClientRect();
        const [x, y] = pointer.current ?? [(frame?.left ?? 0) + 56, (frame?.top ?? 0) + 56];
        const [only, ...others] = editor.getState().selection;
        const source = freePort(editor, others.length === 0 ? only : undefined);
        editor.setState({ adding: { screen: { x, y }, ...(source ? { source } : { at: middle() }) } });
      },
      openHelp: () => setIsHelpOpen(true),
      openSearch: onSearch,
      middle,
      addNote: () => addNoteAt(editor, middle()),
    }),
    [editor, middle, onSearch],
  );
  const { reveal, ...keys } = useKeyboard(actions);
  useReveal(reveal);

  const onDrop = (event: DragEvent) => {
    const name = event.dataTransfer.getData(DRAGGED_TYPE);
    const type = editor.getState().catalog.newest.find((each) => each.type === name);
    if (!type) return;
    event.preventDefault();
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    add(editor, type, { at: [x - 116, y - 26], screen: { x: 0, y: 0 }, parent: containerUnder([x, y], editor) }, [x, y]);
    focus();
  };

  return (
    <CanvasMenu middle={middle} actions={actions}>
      <div
        ref={box}
        className={styles["canvas"]}
        data-chosen={hasSelection || undefined}
        role="application"
        aria-label={t("canvas.label")}
        aria-describedby="canvas-help"
        // The canvas takes keys as one whole, as an application does.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        {...keys}
        onPointerMove={(event) => {
          pointer.current = [event.clientX, event.clientY];
        }}
        onPointerLeave={() => {
          pointer.current = null;
        }}
        onDragOver={(event) => {
          if (event.dataTransfer.types.includes(DRAGGED_TYPE)) event.preventDefault();
        }}
        onDrop={onDrop}
      >
        <p id="canvas-help" className={styles["help"]}>
          {t("canvas.help")}
        </p>
        <Announcer />
        <Dots />
        <FarContext value={isFar}>
          <ReactFlow<CanvasNode>
            nodes={nodes}
            edges={edges}
            nodeTypes={NODE_TYPES}
            edgeTypes={EDGE_TYPES}
            onNodesChange={onNodesChange}
            onEdgesChange={onEdgesChange as never}
            onNodeDragStop={onDragStop}
            onSelectionDragStop={onDragStop}
            {...(connecting as object)}
            onNodeClick={(event, node) => {
              focus();
              const isPlain = !event.shiftKey && !event.metaKey && !event.ctrlKey;
              if (isPlain && node.type !== "note" && node.type !== "frame") editor.open(node.id);
            }}
            onPaneClick={() => {
              focus();
              editor.open(null);
            }}
            onEdgeMouseEnter={(_, edge) => editor.setState({ hoveredEdge: edge.id })}
            onEdgeMouseLeave={() => editor.setState({ hoveredEdge: null })}
            onMoveStart={() => box.current?.setAttribute("data-moving", "")}
            onMoveEnd={() => box.current?.removeAttribute("data-moving")}
            nodesDraggable={!isReadOnly}
            nodesConnectable={!isReadOnly}
            // From afar nearly all are in view, and boxes that stay cost less than boxes that come and go.
            onlyRenderVisibleElements={!isFar}
            elevateNodesOnSelect={false}
            nodesFocusable={false}
            edgesFocusable={false}
            disableKeyboardA11y
            deleteKeyCode={null}
            selectNodesOnDrag={false}
            multiSelectionKeyCode={["Meta", "Control", "Shift"]}
            connectOnClick={false}
            connectionRadius={28}
            zoomOnDoubleClick={false}
            panOnScroll
            snapToGrid
            snapGrid={SNAP}
            minZoom={0.08}
            maxZoom={2}
            fitView
            fitViewOptions={FIT}
          >
            {hasMap && <Minimap nodes={nodes} frames={drawnFrames} />}
            <Toolbar actions={actions} hasMap={hasMap} onToggleMap={() => setHasMap(!hasMap)} />
          </ReactFlow>
        </FarContext>
        {children && <div className={styles["over"]}>{children}</div>}
        {dropTarget !== null && <DropNote id={dropTarget} />}
        <AddNode middle={middle} onDone={focus} />
        <Shortcuts isOpen={isHelpOpen} onOpenChange={setIsHelpOpen} />
      </div>
    </CanvasMenu>
  );
}

/** Brings a node into view when it is opened from elsewhere, as from the list of problems. */
function useReveal(reveal: (id: string) => void): void {
  const opened = useEditorState((state) => state.opened);
  useEffect(() => {
    if (opened !== null) reveal(opened);
  }, [opened, reveal]);
}
