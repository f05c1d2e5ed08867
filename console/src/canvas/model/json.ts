export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Compares by value; objects without regard to the order of their keys. */
export function equal(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, index) => equal(item, other[index]));
  }
  if (Array.isArray(other)) return false;
  const left = one as Record<string, unknown>;
  const right = other as Record<string, unknown>;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && equal(left[key], right[key]));
}

/** Returns the object without some keys; the very same when it has none of them. */
export function without<Value>(object: Record<string, Value>, keys: Iterable<string>): Record<string, Value> {
  const gone = [...keys].filter((key) => key in object);
  if (gone.length === 0) return object;
  const drop = new Set(gone);
  return Object.fromEntries(Object.entries(object).filter(([key]) => !drop.has(key)));
}

/** Escapes one part of a JSON pointer. */
export function pointerPart(part: string | number): string {
  return String(part).replaceAll("~", "~0").replaceAll("/", "~1");
}

/** Splits a JSON pointer into its parts. */
export function pointerParts(pointer: string): string[] {
  if (pointer === "") return [];
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Returns what a path leads to; undefined when nothing is there. */
export function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<string | number, unknown>)[part];
  }
  return current;
}

/** Returns a copy with another value at a path; objects on the way are made as needed, undefined removes. */
export function withValueAt<T>(value: T, path: readonly (string | number)[], next: unknown): T {
  const [part, ...rest] = path;
  if (part === undefined) return next as T;
  if (Array.isArray(value)) {
    const copy: unknown[] = [...(value as unknown[])];
    if (next === undefined && rest.length === 0) copy.splice(Number(part), 1);
    else copy[Number(part)] = withValueAt(copy[Number(part)], rest, next);
    return copy as T;
  }
  const held: Record<string, unknown> = isObject(value) ? value : {};
  const key = String(part);
  if (next === undefined && rest.length === 0) return without(held, [key]) as T;
  return { ...held, [key]: withValueAt(held[key], rest, next) } as T;
}

export function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
