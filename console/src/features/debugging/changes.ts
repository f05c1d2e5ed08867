import type { FormField, Values } from "@/features/runs";

/** The inputs that are not what was recorded. What was emptied is sent as null, so that the default holds. */
export function changedInputs(fields: readonly FormField[], recorded: Values, wanted: Values): Values {
  const changed: Values = {};
  for (const field of fields) {
    if (field.hidden) continue;
    const before = recorded[field.name] ?? field.default ?? null;
    const after = wanted[field.name] ?? null;
    if (!isSame(before, after)) changed[field.name] = after;
  }
  return changed;
}

function isSame(before: unknown, after: unknown): boolean {
  // A file is itself, however much of it is told.
  return JSON.stringify(before, onlyIds) === JSON.stringify(after, onlyIds) || isNothing(before, after);
}

function isNothing(before: unknown, after: unknown): boolean {
  return (before === null || before === false || before === "") && (after === null || after === false || after === "");
}

function onlyIds(key: string, value: unknown): unknown {
  return key === "$file" && typeof value === "object" && value !== null && "id" in value ? value.id : value;
}

/** A name to a value, as a person writes it: JSON where it is JSON, else the text that it is. */
export function readLoose(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** How a value is written to be read with `readLoose`: texts without quotes where nothing is lost. */
export function writeLoose(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value, null, 2);
  return readLoose(value) === value ? value : JSON.stringify(value);
}

/** An object that somebody wrote as JSON; undefined when it is none. */
export function readObject(text: string): Values | undefined {
  const value = readLoose(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : undefined;
}
