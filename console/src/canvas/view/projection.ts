import { Position, type Edge as FlowEdge, type Node as FlowNode, type NodeHandle } from "@xyflow/react";
import {
  edgeKey,
  enclosing,
  OUT,
  sourceOf,
  type CanvasNote,
  type Edge,
  type WorkflowDocument,
  type WorkflowNode,
} from "@/canvas/model/document";
import { drawnPorts, framesOf, type Frame } from "@/canvas/model/frames";
import { CONTAINER_HEAD, NODE_HEAD, portOffset } from "@/canvas/model/geometry";
import { equal } from "@/canvas/model/json";
import { usedPorts, type NodeCatalog, type NodeType, type Shapes } from "@/canvas/model/node-types";

export interface StepData extends Record<string, unknown> {
  node: WorkflowNode;
  type: NodeType | undefined;
  ports: readonly string[];
  hasTarget: boolean;
}
export interface NoteData extends Record<string, unknown> {
  note: CanvasNote;
}
export type StepNode = FlowNode<StepData, "step">;
export type ContainerNode = FlowNode<StepData, "container">;
export type NoteNode = FlowNode<NoteData, "note">;
export type GroupNode = FlowNode<NoteData, "frame">;
export type CanvasNode = StepNode | ContainerNode | NoteNode | GroupNode;
export type CanvasEdge = FlowEdge<{ port: string }>;

export interface Projected {
  nodes: CanvasNode[];
  edges: CanvasEdge[];
  frames: ReadonlyMap<string, Frame>;
}

interface Input {
  document: WorkflowDocument;
  catalog: NodeCatalog;
  shapes: Shapes;
  selection: readonly string[];
  selectedEdges: readonly string[];
}

const HANDLE = 10;
const NOWHERE: Frame = { x: 0, y: 0, width: 0, height: 0 };

/**
 * Turns documents into what React Flow draws. What has not changed since the last time is the very same
 * object, so that a change of one node among a thousand draws one node.
 */
export class Projector {
  private nodes = new Map<string, CanvasNode>();
  private edges = new Map<string, { from: Edge; drawn: CanvasEdge }>();
  private frames: ReadonlyMap<string, Frame> = new Map();
  private ports = new Map<string, readonly string[]>();
  private last: Pick<Input, "document" | "catalog" | "shapes"> | null = null;

  project(input: Input): Projected {
    const { document, catalog, shapes } = input;
    if (this.last?.document !== document || this.last.catalog !== catalog || this.last.shapes !== shapes) {
      this.measure(input);
      this.last = { document, catalog, shapes };
    }
    return { nodes: this.projectNodes(input), edges: this.projectEdges(input), frames: this.frames };
  }

  private measure({ document, catalog, shapes }: Input): void {
    const used = usedPorts(document);
    const ports = new Map<string, readonly string[]>();
    for (const id of Object.keys(document.nodes)) {
      const next = drawnPorts(document, { catalog, shapes }, id, used.get(id));
      const old = this.ports.get(id);
      ports.set(id, old && equal(old, next) ? old : next);
    }
    this.ports = ports;
    const frames = framesOf(document, catalog, (id) => ports.get(id) ?? []);
    this.frames = new Map([...frames].map(([id, frame]) => {
      const old = this.frames.get(id);
      return [id, old && equal(old, frame) ? old : frame];
    }));
  }

  private projectNodes({ document, catalog, selection }: Input): CanvasNode[] {
    const chosen = new Set(selection);
    const drawn = new Map<string, CanvasNode>();
    for (const [id, note] of Object.entries(document.notes)) drawn.set(id, this.note(id, note, chosen.has(id)));
    // A container comes before what is inside of it.
    const depths = new Map(Object.keys(document.nodes).map((id) => [id, [...enclosing(document, id)].length]));
    const ids = [...depths.keys()];
    if (ids.some((id) => depths.get(id) !== 0)) ids.sort((one, other) => (depths.get(one) ?? 0) - (depths.get(other) ?? 0));
    for (const id of ids) {
      const node = document.nodes[id];
      if (node) drawn.set(id, this.step(id, node, catalog.of(node), { isSelected: chosen.has(id), depth: depths.get(id) ?? 0 }));
    }
    this.nodes = drawn;
    return [...drawn.values()];
  }

  private note(id: string, note: CanvasNote, isSelected: boolean): CanvasNode {
    const old = this.nodes.get(id);
    const frame = this.frames.get(id) ?? NOWHERE;
    if (old && isNote(old) && old.data.note === note && old.selected === isSelected) return old;
    const drawn = {
      id,
      position: { x: frame.x, y: frame.y },
      width: frame.width,
      height: frame.height,
      data: { note },
      selected: isSelected,
    };
    if (note.kind !== "frame") return { ...drawn, type: "note", zIndex: -1 };
    // Its body lets the pointer through, so that the canvas is moved and nodes are selected there as anywhere.
    return { ...drawn, type: "frame", zIndex: -2, dragHandle: ".group-head", style: { pointerEvents: "none" } };
  }

  private step(
    id: string,
    node: WorkflowNode,
    type: NodeType | undefined,
    { isSelected, depth }: { isSelected: boolean; depth: number },
  ): CanvasNode {
    const frame = this.frames.get(id) ?? NOWHERE;
    const outer = node.parent === undefined ? undefined : this.frames.get(node.parent);
    const position = outer ? { x: frame.x - outer.x, y: frame.y - outer.y } : { x: frame.x, y: frame.y };
    const ports = this.ports.get(id) ?? [];
    const isContainer = type?.role === "container";
    const old = this.nodes.get(id);
    if (old && isDrawn(old, { node, type, ports })) {
      if (isAt(old, position, frame)) return old.selected === isSelected ? old : { ...old, selected: isSelected };
      return { ...old, ...sized(frame, ports, isContainer), position, selected: isSelected };
    }
    return {
      id,
      type: isContainer ? "container" : "step",
      position,
      ...sized(frame, ports, isContainer),
      ...(outer && node.parent !== undefined ? { parentId: node.parent } : {}),
      data: { node, type, ports, hasTarget: type?.role !== "start" },
      selected: isSelected,
      zIndex: isContainer ? depth : depth + 1,
      ...(isContainer ? { dragHandle: ".container-head" } : {}),
    };
  }

  private projectEdges({ document, selectedEdges }: Input): CanvasEdge[] {
    const chosen = new Set(selectedEdges);
    const edges = new Map<string, { from: Edge; drawn: CanvasEdge }>();
    for (const edge of document.edges) {
      const key = edgeKey(edge);
      if (edges.has(key)) continue;
      const old = this.edges.get(key);
      const selected = chosen.has(key);
      if (old && old.drawn.selected === selected) {
        edges.set(key, old);
        continue;
      }
      const { node, port } = sourceOf(edge);
      const drawn: CanvasEdge = {
        id: key,
        source: node,
        sourceHandle: port,
        target: edge.to,
        targetHandle: "in",
        type: "workflow",
        data: { port },
        selected,
        zIndex: document.nodes[node]?.parent === undefined ? 0 : 20,
      };
      edges.set(key, { from: edge, drawn });
    }
    this.edges = edges;
    return [...edges.values()].map(({ drawn }) => drawn);
  }
}

function isNote(node: CanvasNode): node is NoteNode | GroupNode {
  return node.type === "note" || node.type === "frame";
}

function isDrawn(old: CanvasNode, next: Omit<StepData, "hasTarget">): boolean {
  if (isNote(old)) return false;
  return old.data.node === next.node && old.data.type === next.type && old.data.ports === next.ports;
}

function isAt(old: CanvasNode, { x, y }: { x: number; y: number }, { width, height }: Frame): boolean {
  return old.position.x === x && old.position.y === y && old.width === width && old.height === height;
}

/** A node's size and where its ports are, so that the browser is not asked to measure a thousand of them. */
function sized(
  { width, height }: Frame,
  ports: readonly string[],
  isContainer: boolean,
): Pick<CanvasNode, "width" | "height" | "handles" | "measured"> {
  const middle = (isContainer ? CONTAINER_HEAD : NODE_HEAD) / 2;
  const dot = { width: HANDLE, height: HANDLE };
  const handles: NodeHandle[] = [
    { id: "in", type: "target", position: Position.Left, x: -HANDLE / 2, y: middle - HANDLE / 2, ...dot },
    ...ports.map((port, index) => ({
      id: port,
      type: "source" as const,
      position: Position.Right,
      x: width - HANDLE / 2,
      y: (isContainer ? middle + (port === OUT ? 0 : 26) : portOffset(ports, index)) - HANDLE / 2,
      ...dot,
    })),
  ];
  return { width, height, measured: { width, height }, handles };
}
