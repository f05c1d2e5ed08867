import type { Values } from "../model";

export type FieldType =
  | "text"
  | "paragraph"
  | "number"
  | "checkbox"
  | "select"
  | "multi-select"
  | "date"
  | "datetime"
  | "file"
  | "files"
  | "object"
  | "json";

/** A field of a start form, or of a form that a run waits for. */
export interface FormField {
  name: string;
  label?: string;
  description?: string;
  placeholder?: string;
  type?: FieldType;
  required?: boolean;
  default?: unknown;
  /** Set through the API, never shown. */
  hidden?: boolean;
  min?: number | null;
  max?: number | null;
  max_length?: number | null;
  options?: string[];
  max_items?: number | null;
  accept?: string[];
  max_size_bytes?: number | null;
  schema?: Values | null;
}

/** A file that was sent to the gateway, or is on its way there. */
export interface FileEntry {
  /** Known to this page alone, also before the gateway gave the file an id. */
  key: string;
  name: string;
  sizeBytes: number;
  mimeType: string;
  id?: string;
  /** From 0 to 1 while it is sent. */
  share?: number | undefined;
  error?: unknown;
}

export type FieldValue = string | boolean | string[] | FileEntry[];
export type FormState = Record<string, FieldValue>;

export function typeOf(field: FormField): FieldType {
  return field.type ?? "text";
}

export function labelOf(field: FormField): string {
  return field.label || field.name;
}

interface DocumentLike {
  nodes?: Record<string, { type: string; settings?: Values }>;
}

/** The fields of a document's start form. `startTypes`: the node types with the role `start`. */
export function startFields(document: DocumentLike | undefined, startTypes: ReadonlySet<string>): FormField[] {
  const start = Object.values(document?.nodes ?? {}).find((node) => startTypes.has(node.type));
  const fields = start?.settings?.["fields"];
  return Array.isArray(fields) ? (fields as FormField[]) : [];
}

interface FileLike {
  id: string;
  name?: string;
  size_bytes?: number;
  mime_type?: string;
}

/** The file that a value stands for. */
export function fileOf(value: unknown): FileLike | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const file = (value as Record<string, unknown>)["$file"];
  return typeof file === "object" && file !== null && "id" in file ? (file as FileLike) : undefined;
}

export function fileEntry(value: unknown): FileEntry | undefined {
  const file = fileOf(value);
  if (!file) return undefined;
  const { id, name = id, size_bytes: sizeBytes = 0, mime_type: mimeType = "" } = file;
  return { key: id, id, name, sizeBytes, mimeType };
}

/** Whether a file fits what a field accepts: endings, types, and kinds such as `image`. */
export function isAccepted(file: Pick<FileEntry, "name" | "mimeType">, accept: readonly string[] | undefined): boolean {
  if (!accept?.length) return true;
  const name = file.name.toLowerCase();
  const type = file.mimeType.toLowerCase();
  return accept.some((rule) => {
    const wanted = rule.toLowerCase();
    if (wanted.startsWith(".")) return name.endsWith(wanted);
    if (wanted.includes("/")) return wanted.endsWith("/*") ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
    // What a document is the gateway alone knows.
    return wanted === "document" || wanted === "other" || type.startsWith(`${wanted}/`);
  });
}

/** `accept` as browsers know it. */
export function acceptAttribute(accept: readonly string[] | undefined): string {
  const kinds = new Set(["image", "audio", "video"]);
  const known = (accept ?? []).map((rule) => (kinds.has(rule) ? `${rule}/*` : rule));
  return known.every((rule) => rule.startsWith(".") || rule.includes("/")) ? known.join(",") : "";
}
