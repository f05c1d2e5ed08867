export type Step = string | number;

/** A path as references write it: `papers.0.title`. */
export function pathText(steps: readonly Step[]): string {
  return steps.join(".");
}

export function isNested(value: unknown): value is Record<string, unknown> | unknown[] {
  return typeof value === "object" && value !== null;
}

/** What is inside of a value, in order. */
export function entriesOf(value: Record<string, unknown> | unknown[]): [Step, unknown][] {
  return Array.isArray(value) ? value.map((item, index) => [index, item]) : Object.entries(value);
}

/** A short word for a value that is closed: `{ text, usage, … }`, `[ 12 ]`. */
export function summaryOf(value: Record<string, unknown> | unknown[]): string {
  if (Array.isArray(value)) return `[ ${value.length} ]`;
  const names = Object.keys(value);
  const shown = names.slice(0, 4).join(", ");
  return names.length === 0 ? "{ }" : `{ ${shown}${names.length > 4 ? ", …" : ""} }`;
}

/** What goes to the clipboard: texts as they are, the rest as JSON. */
export function copyable(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** Whether the log kept a part of the value apart because it is large. */
export function hasBlob(value: unknown): boolean {
  if (!isNested(value)) return false;
  if (!Array.isArray(value) && "$blob" in value) return true;
  return entriesOf(value).some(([, item]) => hasBlob(item));
}
