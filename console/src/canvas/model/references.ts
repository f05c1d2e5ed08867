import { isObject, type Json, type JsonObject } from "@/canvas/model/json";

export interface Reference {
  root: string;
  path: string[];
}
export type Segment = { text: string } | { reference: Reference; from: number; to: number };

const PATTERN = /\\\{\{|\{\{\s*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)\s*\}\}/g;

/** Splits a text into literal pieces and references, as runs do. */
export function segments(text: string): Segment[] {
  const found: Segment[] = [];
  let at = 0;
  for (const match of text.matchAll(PATTERN)) {
    if (match[1] === undefined) continue;
    if (match.index > at) found.push({ text: text.slice(at, match.index) });
    const [root = "", ...path] = match[1].split(".");
    at = match.index + match[0].length;
    found.push({ reference: { root, path }, from: match.index, to: at });
  }
  if (at < text.length) found.push({ text: text.slice(at) });
  return found;
}

/** Writes a reference with its braces. */
export function written(reference: Reference): string {
  return `{{${[reference.root, ...reference.path].join(".")}}}`;
}

/** Returns the reference a text is, when it is exactly one. */
export function onlyReference(text: string): Reference | null {
  const parts = segments(text);
  const only = parts[0];
  return parts.length === 1 && only && "reference" in only ? only.reference : null;
}

/** Calls `found` with every reference in the texts of a value. */
export function eachReference(value: Json | undefined, found: (reference: Reference) => void): void {
  if (typeof value === "string") {
    if (value.includes("{{")) for (const part of segments(value)) if ("reference" in part) found(part.reference);
  } else if (Array.isArray(value)) {
    for (const item of value) eachReference(item, found);
  } else if (isObject(value)) {
    for (const item of Object.values(value)) eachReference(item, found);
  }
}

/** Returns settings in which references lead to the new ids; the very same when nothing changes. */
export function renameInSettings(
  settings: JsonObject,
  renamed: ReadonlyMap<string, string>,
  rawFields: readonly string[],
): JsonObject {
  let result = settings;
  for (const [key, value] of Object.entries(settings)) {
    if (rawFields.includes(key)) continue;
    const next = renamedIn(value, renamed, key);
    if (next !== value) result = { ...result, [key]: next };
  }
  return result;
}

function renamedIn(value: Json, renamed: ReadonlyMap<string, string>, key: string): Json {
  if (typeof value === "string") return renamedText(value, renamed, key);
  if (Array.isArray(value)) {
    const items = value.map((item) => renamedIn(item, renamed, key));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  let result = value;
  for (const [name, item] of Object.entries(value)) {
    const next = renamedIn(item, renamed, name);
    if (next !== item) result = { ...result, [name]: next };
  }
  return result;
}

function renamedText(text: string, renamed: ReadonlyMap<string, string>, key: string): string {
  if (key === "target") {
    // What an assignment changes is named without braces: `loop.count`.
    const dot = text.indexOf(".");
    const root = renamed.get(text.slice(0, Math.max(dot, 0)));
    return root === undefined ? text : root + text.slice(dot);
  }
  if (!text.includes("{{")) return text;
  return text.replace(PATTERN, (whole, inside: string | undefined) => {
    if (inside === undefined) return whole;
    const root = inside.split(".", 1)[0] ?? "";
    const next = renamed.get(root);
    return next === undefined ? whole : whole.replace(inside, next + inside.slice(root.length));
  });
}
