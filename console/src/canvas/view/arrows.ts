import type { Frame } from "@/canvas/model/frames";
import { sourceOf, type WorkflowDocument } from "@/canvas/model/document";

export type Direction = "left" | "right" | "up" | "down";

/** Returns the node to go to from one: along an edge when there is one that way, else the nearest that way. */
export function neighbour(
  document: WorkflowDocument,
  frames: ReadonlyMap<string, Frame>,
  id: string,
  direction: Direction,
): string | null {
  const here = frames.get(id);
  if (!here) return null;
  const connected =
    direction === "right"
      ? document.edges.filter((edge) => sourceOf(edge).node === id).map((edge) => edge.to)
      : direction === "left"
        ? document.edges.filter((edge) => edge.to === id).map((edge) => sourceOf(edge).node)
        : [];
  const all = Object.keys(document.nodes).filter((other) => other !== id);
  return nearest(connected, frames, here, direction, true) ?? nearest(all, frames, here, direction, false);
}

function nearest(
  ids: readonly string[],
  frames: ReadonlyMap<string, Frame>,
  here: Frame,
  direction: Direction,
  isAnyWay: boolean,
): string | null {
  let found: string | null = null;
  let least = Infinity;
  for (const id of ids) {
    const there = frames.get(id);
    if (!there) continue;
    const dx = there.x + there.width / 2 - (here.x + here.width / 2);
    const dy = there.y + there.height / 2 - (here.y + here.height / 2);
    const along = { left: -dx, right: dx, up: -dy, down: dy }[direction];
    const across = Math.abs(direction === "left" || direction === "right" ? dy : dx);
    if (!isAnyWay && (along <= 4 || across > along * 2.5)) continue;
    const distance = Math.abs(along) + across * 2;
    if (distance < least) [found, least] = [id, distance];
  }
  return found;
}

/** Returns where the keyboard begins when nothing is selected: the leftmost node. */
export function firstNode(document: WorkflowDocument, frames: ReadonlyMap<string, Frame>): string | null {
  const ids = Object.keys(document.nodes);
  return ids.reduce<string | null>((best, id) => {
    const [x, bestX] = [frames.get(id)?.x ?? 0, best === null ? Infinity : (frames.get(best)?.x ?? 0)];
    return x < bestX ? id : best;
  }, null);
}
