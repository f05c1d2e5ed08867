import { isObject, type Json, type JsonObject } from "@/canvas/model/json";
import { isCondition } from "@/canvas/operations/starting-settings";

export type Schema = JsonObject;

/** How one field of a node's settings is edited. */
export type FieldKind =
  | "text"
  | "line"
  | "word"
  | "language"
  | "code"
  | "template"
  | "model"
  | "app"
  | "tool"
  | "strategy"
  | "datasets"
  | "conditions"
  | "number"
  | "switch"
  | "choice"
  | "value"
  | "record"
  | "object"
  | "union"
  | "strings"
  | "values"
  | "objects"
  | "json";

export interface Shape {
  schema: Schema;
  kind: FieldKind;
  /** It may be null, which is the same as not being there. */
  isNullable: boolean;
  label: string;
  description: string;
  fallback: Json | undefined;
}

/** Returns a schema's properties in their order. */
export function propertiesOf(schema: Schema): [string, Schema][] {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  return Object.entries(properties).filter((entry): entry is [string, Schema] => isObject(entry[1]));
}

export function requiredOf(schema: Schema): readonly string[] {
  return Array.isArray(schema["required"]) ? schema["required"].filter((name) => typeof name === "string") : [];
}

function options(schema: Schema): Schema[] {
  return Array.isArray(schema["anyOf"]) ? schema["anyOf"].filter(isObject) : [];
}

/** Returns what a schema says beside null. */
export function withoutNull(schema: Schema): { schema: Schema; isNullable: boolean } {
  const all = options(schema);
  const rest = all.filter((option) => option["type"] !== "null");
  if (rest.length === all.length) return { schema, isNullable: false };
  const only = rest[0];
  const beside = { ...schema };
  delete beside["anyOf"];
  // That it is null when left out says nothing of how it begins.
  if (beside["default"] === null) delete beside["default"];
  const inner: Schema = rest.length === 1 && only ? { ...only, ...beside } : { ...beside, anyOf: rest };
  return { schema: inner, isNullable: true };
}

/** `max_tokens` → Max tokens. */
export function labelOf(name: string): string {
  const words = name.replaceAll("_", " ").replace(/ s$/, " (s)").replace(/ mb$/, " (MB)");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Tells how a field is edited, by its schema, its name and the type it belongs to. */
export function shapeOf(name: string, given: Schema, { isRaw = false }: { isRaw?: boolean } = {}): Shape {
  const { schema, isNullable } = withoutNull(given);
  return {
    schema,
    isNullable,
    kind: kindOf(name, schema, isRaw),
    label: labelOf(name),
    description: typeof given["description"] === "string" ? given["description"] : "",
    fallback: given["default"],
  };
}

function kindOf(name: string, schema: Schema, isRaw: boolean): FieldKind {
  if (options(schema).length > 0) return kindOfOptions(options(schema));
  if (Array.isArray(schema["enum"])) return "choice";
  switch (schema["type"]) {
    case "string":
      return isRaw ? (name === "code" ? "code" : "template") : kindOfText(name, schema);
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "switch";
    case "array":
      return kindOfList(name, schema);
    case "object":
      if (isRaw) return "json";
      return propertiesOf(schema).length > 0 ? "object" : "record";
    default:
      return "value";
  }
}

const LONG = new Set(["system", "prompt", "instruction", "query", "text", "content", "template", "message", "body"]);

function kindOfText(name: string, schema: Schema): FieldKind {
  if (name === "model" || name.endsWith("_model")) return "model";
  if (name === "tool") return "tool";
  if (name === "strategy") return "strategy";
  if (name === "app") return "app";
  if (name === "language") return "language";
  if (LONG.has(name) || Number(schema["maxLength"] ?? 0) >= 10_000) return "text";
  const isName = schema["pattern"] !== undefined || Number(schema["maxLength"] ?? Infinity) <= 64;
  return isName ? "word" : "line";
}

function kindOfOptions(all: Schema[]): FieldKind {
  if (all.every((option) => option["type"] === "object" && discriminatorOf(all))) return "union";
  // A list of pairs says the same as an object, for names that come twice.
  const isRecord = all.some((option) => option["type"] === "object" && propertiesOf(option).length === 0);
  if (isRecord) return "record";
  const types = new Set(all.map((option) => option["type"]));
  if (types.size === 2 && types.has("integer") && types.has("number")) return "number";
  if (types.has("array")) return "json";
  return types.has("string") ? "value" : "json";
}

function kindOfList(name: string, schema: Schema): FieldKind {
  const items = isObject(schema["items"]) ? schema["items"] : {};
  if (name === "datasets") return "datasets";
  const properties = isObject(items["properties"]) ? items["properties"] : {};
  if (isCondition(properties) || (items["title"] === "Condition" && items["type"] === undefined)) return "conditions";
  if (items["type"] === "object") return "objects";
  if (items["type"] === "string") return "strings";
  return items["type"] === undefined ? "values" : "json";
}

/** Returns the property that tells the options of a union apart. */
export function discriminatorOf(all: readonly Schema[]): string | null {
  for (const name of ["type", "kind"]) {
    const isThere = all.every((option) => {
      const property = isObject(option["properties"]) ? option["properties"][name] : undefined;
      return isObject(property) && Array.isArray(property["enum"]) && property["enum"].length === 1;
    });
    if (isThere) return name;
  }
  return null;
}

/** Returns a union's options by the value of their discriminator. */
export function optionsOf(schema: Schema): Map<string, Schema> {
  const all = options(schema);
  const name = discriminatorOf(all) ?? "type";
  return new Map(
    all.map((option) => {
      const property = isObject(option["properties"]) ? option["properties"][name] : undefined;
      const values = isObject(property) ? property["enum"] : undefined;
      const first = Array.isArray(values) ? values[0] : undefined;
      return [typeof first === "string" ? first : "", option];
    }),
  );
}

/** Tells whether a place is one of the tools that an agent may use. */
export function isToolUse(path: readonly (string | number)[]): boolean {
  return path.length === 2 && path[0] === "tools" && typeof path[1] === "number";
}

const ALWAYS_SHOWN: ReadonlySet<FieldKind> = new Set(["text", "code", "template", "model", "app", "tool", "datasets", "conditions", "objects", "values"]);
const PLAIN: ReadonlySet<string> = new Set(["top_k", "mode", "items", "output", "outputs", "inputs", "arguments", "method", "params", "headers", "body", "auth", "language", "max_rounds", "parallel", "seconds", "until", "context", "memory", "match", "type", "callback", "tools", "knowledge", "ask_first"]);

/** Tells whether a field belongs to what is seldom changed. */
export function isSeldom(name: string, shape: Shape, isRequired: boolean): boolean {
  return !isRequired && !ALWAYS_SHOWN.has(shape.kind) && !PLAIN.has(name);
}
