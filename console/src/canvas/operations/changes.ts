import { equal, isObject } from "@/canvas/model/json";

/**
 * One difference between two documents. The path names keys of objects and, in lists whose items have
 * names (edges, variables, what has an `id` or a `name`), items by name; other lists are one value.
 * So a change still finds its place when somebody else has changed what is around it.
 */
export interface Change {
  path: readonly string[];
  before: unknown;
  after: unknown;
  /** What stood before it, in the order of its list or object; null when it came first. */
  anchor?: string | null;
}

/** Returns the names of a list's items; null when they have none of their own. */
export function itemNames(list: readonly unknown[]): string[] | null {
  const names: string[] = [];
  const seen = new Set<string>();
  for (const item of list) {
    const name = isObject(item) ? itemName(item) : undefined;
    if (name === undefined || seen.has(name)) return null;
    seen.add(name);
    names.push(name);
  }
  return names;
}

function itemName(item: Record<string, unknown>): string | undefined {
  if (typeof item["from"] === "string" && typeof item["to"] === "string") return `${item["from"]}>${item["to"]}`;
  if (typeof item["id"] === "string") return item["id"];
  return typeof item["name"] === "string" ? item["name"] : undefined;
}

/** Returns what leads from one document to another. Parts that are the very same cost nothing. */
export function difference(before: unknown, after: unknown, path: readonly string[] = []): Change[] {
  const changes: Change[] = [];
  collect(before, after, path, changes, undefined);
  return changes;
}

function collect(
  before: unknown,
  after: unknown,
  path: readonly string[],
  changes: Change[],
  anchor: string | null | undefined,
): void {
  if (before === after) return;
  if (isObject(before) && isObject(after)) {
    collectParts(new Map(Object.entries(before)), new Map(Object.entries(after)), path, changes);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const names = [itemNames(before), itemNames(after)] as const;
    if (names[0] && names[1] && inSameOrder(names[0], names[1])) {
      collectParts(named(names[0], before), named(names[1], after), path, changes);
      return;
    }
  }
  if (!equal(before, after)) changes.push({ path, before, after, ...(anchor === undefined ? {} : { anchor }) });
}

function named(names: readonly string[], list: readonly unknown[]): Map<string, unknown> {
  return new Map(names.map((name, index) => [name, list[index]]));
}

function inSameOrder(before: readonly string[], after: readonly string[]): boolean {
  const kept = new Set(after);
  const common = before.filter((name) => kept.has(name));
  let at = 0;
  for (const name of after) if (name === common[at]) at += 1;
  return at === common.length;
}

function collectParts(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
  path: readonly string[],
  changes: Change[],
): void {
  let previous: string | null = null;
  for (const [name, value] of before) {
    if (!after.has(name)) collect(value, undefined, [...path, name], changes, previous);
    previous = name;
  }
  previous = null;
  for (const [name, value] of after) {
    const old = before.get(name);
    if (value !== old) collect(old, value, [...path, name], changes, before.has(name) ? undefined : previous);
    previous = name;
  }
}

/** Returns the changes that lead back. */
export function inverse(changes: readonly Change[]): Change[] {
  return changes.map((change) => ({ ...change, before: change.after, after: change.before }));
}

/** Returns what is at a path; undefined when nothing is. */
export function lookUp(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const part of path) {
    if (Array.isArray(current)) {
      const index = itemNames(current)?.indexOf(part) ?? -1;
      current = index < 0 ? undefined : (current as unknown[])[index];
    } else if (isObject(current)) {
      current = Object.hasOwn(current, part) ? current[part] : undefined;
    } else {
      return undefined;
    }
  }
  return current;
}

/** Makes changes to a document; those whose place is gone are returned beside it. */
export function applyChanges<T>(document: T, changes: readonly Change[]): { document: T; lost: Change[] } {
  let result: unknown = document;
  const lost: Change[] = [];
  for (const change of changes) {
    const next = put(result, change, 0);
    if (next === MISSING) lost.push(change);
    else result = next;
  }
  return { document: result as T, lost };
}

const MISSING = Symbol("missing");

function put(value: unknown, change: Change, depth: number): unknown {
  const part = change.path[depth];
  if (part === undefined) return change.after;
  const isLast = depth === change.path.length - 1;
  if (Array.isArray(value)) return putInList(value, part, change, { depth, isLast });
  if (!isObject(value)) return MISSING;
  const current: unknown = Object.hasOwn(value, part) ? value[part] : undefined;
  if (!isLast && current === undefined) return MISSING;
  const next = put(current, change, depth + 1);
  if (next === MISSING || next === current) return next === MISSING ? MISSING : value;
  if (next === undefined) return Object.fromEntries(Object.entries(value).filter(([key]) => key !== part));
  if (current === undefined && change.anchor !== undefined) return insertKey(value, part, next, change.anchor);
  return { ...value, [part]: next };
}

function putInList(
  list: readonly unknown[],
  part: string,
  change: Change,
  { depth, isLast }: { depth: number; isLast: boolean },
): unknown {
  const names = itemNames(list);
  if (!names) return MISSING;
  const index = names.indexOf(part);
  if (index < 0) {
    if (!isLast) return MISSING;
    if (change.after === undefined) return list;
    const place = change.anchor === null ? 0 : names.indexOf(change.anchor ?? "") + 1 || list.length;
    return list.toSpliced(place, 0, change.after);
  }
  const next = put(list[index], change, depth + 1);
  if (next === MISSING) return MISSING;
  return next === undefined ? list.toSpliced(index, 1) : list.with(index, next);
}

function insertKey(value: Record<string, unknown>, key: string, item: unknown, anchor: string | null): unknown {
  const entries = Object.entries(value);
  const place = anchor === null ? 0 : entries.findIndex(([name]) => name === anchor) + 1 || entries.length;
  return Object.fromEntries(entries.toSpliced(place, 0, [key, item]));
}
