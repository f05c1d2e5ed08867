import { expect, test } from "vitest";
import { pieces } from "./LineChart";
import { niceTicks } from "./ticks";

test("a line has gaps where there is nothing to tell", () => {
  expect(pieces([1, 2, null, 3, null, 4, 5])).toEqual([[0, 1], [3], [5, 6]]);
  expect(pieces([null])).toEqual([]);
});

test("axes end at round numbers, also of nothing", () => {
  expect(niceTicks(870)).toEqual([0, 250, 500, 750, 1000]);
  expect(niceTicks(0)).toEqual([0, 1]);
  expect(niceTicks(10, true)).toEqual([0, 5, 10]);
  expect(niceTicks(2, true)).toEqual([0, 1, 2]);
  expect(niceTicks(0.03)).toEqual([0, 0.01, 0.02, 0.03]);
});
