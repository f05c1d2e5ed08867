/** Which of many rows of one height are to be drawn; some more at each end, so that scrolling shows no gaps. */
export function visibleRange(order: {
  scrollTop: number;
  height: number;
  rowHeight: number;
  count: number;
  extra?: number;
}): { from: number; to: number } {
  const { scrollTop, height, rowHeight, count, extra = 12 } = order;
  const from = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight) - extra), count);
  const to = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + extra);
  return { from, to: Math.max(to, from) };
}
