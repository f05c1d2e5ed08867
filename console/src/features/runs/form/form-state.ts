import { isGiven } from "../model";
import { fileEntry, typeOf, type FieldValue, type FileEntry, type FormField, type FormState } from "./fields";
import type { Values } from "../model";

/** What a form shows at first: `given` values, else the defaults. */
export function formState(fields: readonly FormField[], given: Values = {}): FormState {
  return Object.fromEntries(
    fields.filter((field) => !field.hidden).map((field) => [field.name, shown(field, given[field.name] ?? field.default)]),
  );
}

function shown(field: FormField, value: unknown): FieldValue {
  switch (typeOf(field)) {
    case "checkbox":
      return value === true;
    case "multi-select":
      return Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
    case "file":
    case "files":
      return entries(Array.isArray(value) ? value : [value]);
    case "object":
    case "json":
      return isGiven(value) ? JSON.stringify(value, null, 2) : "";
    case "datetime":
      return typeof value === "string" ? localMoment(value) : "";
    default:
      return isGiven(value) ? (typeof value === "string" ? value : JSON.stringify(value)) : "";
  }
}

function entries(values: unknown[]): FileEntry[] {
  return values.map(fileEntry).filter((entry) => entry !== undefined);
}

/** `2026-03-31T09:30`, by the clock on the wall, as `<input type="datetime-local">` wants it. */
export function localMoment(iso: string): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return "";
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What keeps a form from being sent: the message `forms.fault<Kind>`, with the limit. */
export type Fault =
  | { kind: "Required" | "Number" | "Json" | "Object" | "Uploading" | "Failed" }
  | { kind: "Min" | "Max" | "MaxLength" | "MaxItems" | "FileSize"; limit: number }
  | { kind: "FileType"; accept: string };

export interface ReadForm {
  values: Values;
  faults: Record<string, Fault>;
  isFine: boolean;
}

/**
 * Reads the values out of a form. What is empty is left out, so that its default holds; with `isWhole` it is
 * null instead, for forms whose answer names every field.
 */
export function readForm(fields: readonly FormField[], state: FormState, isWhole = false): ReadForm {
  const values: Values = {};
  const faults: Record<string, Fault> = {};
  for (const field of fields) {
    if (field.hidden) continue;
    const read = readField(field, state[field.name]);
    if ("fault" in read) faults[field.name] = read.fault;
    else if (read.value !== undefined) values[field.name] = read.value;
    else if (isWhole) values[field.name] = null;
  }
  return { values, faults, isFine: Object.keys(faults).length === 0 };
}

type Read = { value: unknown } | { fault: Fault };
const NOTHING: Read = { value: undefined };

function readField(field: FormField, value: FieldValue | undefined): Read {
  const read = readers[typeOf(field)](field, value);
  if ("fault" in read) return read;
  const isEmpty = read.value === undefined || read.value === "";
  return field.required && isEmpty ? { fault: { kind: "Required" } } : read;
}

function text(field: FormField, value: FieldValue | undefined): Read {
  const words = typeof value === "string" ? value : "";
  if (isGiven(field.max_length) && words.length > field.max_length) return over("MaxLength", field.max_length);
  // An empty text is a value of its own where there is a default to overrule.
  return words === "" && !field.default ? NOTHING : { value: words };
}

function number(field: FormField, value: FieldValue | undefined): Read {
  const words = typeof value === "string" ? value.trim() : "";
  if (words === "") return NOTHING;
  const amount = Number(words.replace(",", "."));
  if (!Number.isFinite(amount)) return { fault: { kind: "Number" } };
  if (isGiven(field.min) && amount < field.min) return over("Min", field.min);
  if (isGiven(field.max) && amount > field.max) return over("Max", field.max);
  return { value: amount };
}

function chosen(_field: FormField, value: FieldValue | undefined): Read {
  return typeof value === "string" && value !== "" ? { value } : NOTHING;
}

function several(field: FormField, value: FieldValue | undefined): Read {
  const picked = Array.isArray(value) ? (value as string[]) : [];
  if (isGiven(field.max_items) && picked.length > field.max_items) return over("MaxItems", field.max_items);
  return picked.length === 0 ? NOTHING : { value: picked };
}

function moment(_field: FormField, value: FieldValue | undefined): Read {
  const date = new Date(typeof value === "string" ? value : "");
  return Number.isNaN(date.getTime()) ? NOTHING : { value: date.toISOString().replace(/\.\d+Z$/, "Z") };
}

function files(field: FormField, value: FieldValue | undefined): Read {
  const picked = Array.isArray(value) ? (value as FileEntry[]) : [];
  if (picked.length === 0) return NOTHING;
  if (picked.some((file) => file.error !== undefined)) return { fault: { kind: "Failed" } };
  const isMany = typeOf(field) === "files";
  if (isMany && isGiven(field.max_items) && picked.length > field.max_items) return over("MaxItems", field.max_items);
  for (const file of picked) {
    const fault = fileFault(field, file);
    if (fault) return { fault };
  }
  const sent = picked.map((file) => ({ $file: { id: file.id } }));
  return { value: isMany ? sent : sent[0] };
}

function fileFault(field: FormField, file: FileEntry): Fault | undefined {
  if (isGiven(field.max_size_bytes) && file.sizeBytes > field.max_size_bytes) {
    return { kind: "FileSize", limit: field.max_size_bytes };
  }
  return file.id === undefined ? { kind: "Uploading" } : undefined;
}

function json(field: FormField, value: FieldValue | undefined): Read {
  const words = typeof value === "string" ? value.trim() : "";
  if (words === "") return NOTHING;
  let read: unknown;
  try {
    read = JSON.parse(words);
  } catch {
    return { fault: { kind: "Json" } };
  }
  const isObject = typeof read === "object" && read !== null && !Array.isArray(read);
  return typeOf(field) === "object" && !isObject ? { fault: { kind: "Object" } } : { value: read };
}

function over(kind: Extract<Fault, { limit: number }>["kind"], limit: number): Read {
  return { fault: { kind, limit } };
}

const readers: Record<ReturnType<typeof typeOf>, (field: FormField, value: FieldValue | undefined) => Read> = {
  text,
  paragraph: text,
  number,
  checkbox: (_field, value) => ({ value: value === true }),
  select: chosen,
  "multi-select": several,
  date: chosen,
  datetime: moment,
  file: files,
  files,
  object: json,
  json,
};
