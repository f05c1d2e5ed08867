/** The span of time that a page is about, for others that show figures over time. */
export { useSpanLabels } from "./labels";
export { placed, type Span } from "./span";
export { SpanPicker, useSpan } from "./SpanPicker";
export { Cost } from "./Cost";
