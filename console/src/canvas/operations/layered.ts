import type { Extent, Point } from "@/canvas/model/document";
import { GAP_X, GAP_Y } from "@/canvas/model/geometry";
import { groupBy } from "@/canvas/model/json";

const SWEEPS = 4;

/** A plain layout in columns, for workflows with so many nodes that a better one would take seconds. */
export function inColumns(
  ids: readonly string[],
  edges: readonly { from: string; to: string }[],
  extents: ReadonlyMap<string, Extent>,
): Map<string, Point> {
  const after = groupBy(edges, (edge) => edge.from);
  const before = groupBy(edges, (edge) => edge.to);
  const ranks = ranksOf(ids, after, before);
  const columns: string[][] = [];
  for (const id of ids) (columns[ranks.get(id) ?? 0] ??= []).push(id);
  const order = new Map(columns.flatMap((column) => column.map((id, index) => [id, index] as const)));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isForward = sweep % 2 === 0;
    for (const column of isForward ? columns : columns.toReversed()) {
      const wish = new Map(column.map((id) => [id, mean(neighbours(id, isForward ? before : after, isForward), order) ?? order.get(id) ?? 0]));
      column.sort((one, other) => (wish.get(one) ?? 0) - (wish.get(other) ?? 0));
      column.forEach((id, index) => order.set(id, index));
    }
  }
  return placed(columns, extents);
}

function neighbours(id: string, edges: ReadonlyMap<string, { from: string; to: string }[]>, isForward: boolean): string[] {
  return (edges.get(id) ?? []).map((edge) => (isForward ? edge.from : edge.to));
}

function mean(ids: readonly string[], order: ReadonlyMap<string, number>): number | undefined {
  return ids.length === 0 ? undefined : ids.reduce((sum, id) => sum + (order.get(id) ?? 0), 0) / ids.length;
}

/** The longest way from a beginning to each node. */
function ranksOf(
  ids: readonly string[],
  after: ReadonlyMap<string, { to: string }[]>,
  before: ReadonlyMap<string, unknown[]>,
): Map<string, number> {
  const ranks = new Map(ids.map((id) => [id, 0]));
  const open = new Map(ids.map((id) => [id, before.get(id)?.length ?? 0]));
  const ready = ids.filter((id) => open.get(id) === 0);
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    for (const { to } of after.get(id) ?? []) {
      ranks.set(to, Math.max(ranks.get(to) ?? 0, (ranks.get(id) ?? 0) + 1));
      const left = (open.get(to) ?? 1) - 1;
      open.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  return ranks;
}

function placed(columns: readonly string[][], extents: ReadonlyMap<string, Extent>): Map<string, Point> {
  const places = new Map<string, Point>();
  let x = 0;
  for (const column of columns) {
    const height = column.reduce((sum, id) => sum + (extents.get(id)?.[1] ?? 0) + GAP_Y, -GAP_Y);
    let [y, widest] = [-height / 2, 0];
    for (const id of column) {
      const [width, tall] = extents.get(id) ?? [0, 0];
      places.set(id, [x, y]);
      y += tall + GAP_Y;
      widest = Math.max(widest, width);
    }
    x += widest + GAP_X;
  }
  return places;
}
