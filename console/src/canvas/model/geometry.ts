import type { Extent } from "@/canvas/model/document";

/** What the canvas draws to, in pixels. Nodes have fixed sizes, so nothing has to be measured. */
export const GRID = 10;
export const NODE_WIDTH = 232;
export const NODE_HEAD = 52;
export const PORT_ROW = 26;
export const PORTS_PADDING = 6;
export const CONTAINER_HEAD = 44;
export const CONTAINER_PADDING = 28;
export const EMPTY_CONTAINER: Extent = [NODE_WIDTH + 2 * CONTAINER_PADDING, 190];
/** Of groups: the room for the title, and around what is within. */
export const FRAME_HEAD = 34;
export const FRAME_PADDING = 20;
export const NOTE_SIZE: Extent = [240, 120];
/** Between nodes of one row and of one column in a tidy layout. */
export const GAP_X = 72;
export const GAP_Y = 34;

/** A node lists its ports when it has several; one way out is the dot at its edge. */
export function listsPorts(ports: readonly string[]): boolean {
  return ports.length > 1;
}

export function nodeSize(ports: readonly string[]): Extent {
  const rows = listsPorts(ports) ? ports.length * PORT_ROW + PORTS_PADDING : 0;
  return [NODE_WIDTH, NODE_HEAD + rows];
}

/** The middle of a port's row, from the top of the node. */
export function portOffset(ports: readonly string[], index: number): number {
  if (!listsPorts(ports)) return NODE_HEAD / 2;
  return NODE_HEAD + PORT_ROW * (index + 0.5);
}

export function snap(value: number): number {
  return Math.round(value / GRID) * GRID;
}
