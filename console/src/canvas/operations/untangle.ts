import type { Extent, Point } from "@/canvas/model/document";
import { groupBy } from "@/canvas/model/json";

export interface Lane {
  from: string;
  to: string;
  /** The place of the port among those of its node. */
  lane: number;
}

/**
 * Swaps nodes that stand above each other where that leaves fewer edges crossing. The layout before knows
 * nothing of ports: what leaves by the first should come to stand first.
 */
export function untangle(places: Map<string, Point>, extents: ReadonlyMap<string, Extent>, lanes: readonly Lane[]): void {
  const middle = (id: string) => (places.get(id)?.[0] ?? 0) + (extents.get(id)?.[0] ?? 0) / 2;
  const columns = [...groupBy(places.keys(), (id) => Math.round(middle(id))).values()];
  const touching = groupBy(
    lanes.flatMap((lane) => [{ id: lane.from, lane }, { id: lane.to, lane }]),
    ({ id }) => id,
  );
  for (let isBetter = true, rounds = 0; isBetter && rounds < 8; rounds++) {
    isBetter = false;
    for (const column of columns) {
      column.sort((one, other) => (places.get(one)?.[1] ?? 0) - (places.get(other)?.[1] ?? 0));
      for (let index = 0; index + 1 < column.length; index++) {
        const [upper = "", lower = ""] = column.slice(index, index + 2);
        const near = [...(touching.get(upper) ?? []), ...(touching.get(lower) ?? [])].map(({ lane }) => lane);
        const before = crossings(near, places, extents);
        if (before === 0) continue;
        swap(places, extents, upper, lower);
        if (crossings(near, places, extents) < before) {
          column.splice(index, 2, lower, upper);
          isBetter = true;
        } else {
          swap(places, extents, lower, upper);
        }
      }
    }
  }
}

/** Lets two neighbours change places: together they take up what they took up before. */
function swap(places: Map<string, Point>, extents: ReadonlyMap<string, Extent>, upper: string, lower: string): void {
  const [top, below] = [places.get(upper), places.get(lower)];
  if (!top || !below) return;
  const bottom = below[1] + (extents.get(lower)?.[1] ?? 0);
  places.set(lower, [below[0], top[1]]);
  places.set(upper, [top[0], bottom - (extents.get(upper)?.[1] ?? 0)]);
}

function crossings(lanes: readonly Lane[], places: ReadonlyMap<string, Point>, extents: ReadonlyMap<string, Extent>): number {
  const ends = lanes.map(({ from, to, lane }) => {
    const [start, end] = [places.get(from), places.get(to)];
    return {
      from,
      to,
      // Ports of one node are told apart by a little more than nothing.
      out: (start?.[1] ?? 0) + (extents.get(from)?.[1] ?? 0) / 2 + lane / 1_000,
      into: (end?.[1] ?? 0) + (extents.get(to)?.[1] ?? 0) / 2,
    };
  });
  let count = 0;
  for (const [index, one] of ends.entries()) {
    for (const other of ends.slice(index + 1)) {
      if (one.to === other.to || (one.from === other.from && one.out === other.out)) continue;
      if ((one.out - other.out) * (one.into - other.into) < 0) count += 1;
    }
  }
  return count;
}
