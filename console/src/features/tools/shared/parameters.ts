type Json = Record<string, unknown>;

/** One argument of a tool, in words instead of JSON Schema. */
export interface Parameter {
  name: string;
  /** `string`, `array[number]`, `string | null`; `any` where the schema does not say. */
  type: string;
  isRequired: boolean;
  description: string;
  /** What it may be, where that is one of a few. */
  choices: readonly string[];
  /** What it is when left out, as JSON. */
  fallback: string | undefined;
  /** `1 – 100`, `≥ 0`. */
  bounds: string | undefined;
  /** What an object, or each object of a list, consists of. */
  parts: readonly Parameter[];
}

const DEEPEST = 4;

/** Reads a schema of arguments. References are followed within it, and not without end. */
export function parametersOf(schema: Json): Parameter[] {
  return partsOf(schema, schema, 0);
}

function partsOf(given: Json, root: Json, depth: number): Parameter[] {
  const schema = resolve(given, root);
  if (!isObject(schema["properties"]) || depth >= DEEPEST) return [];
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(schema["properties"]).map(([name, property]) =>
    parameter(name, isObject(property) ? property : {}, { isRequired: required.includes(name), root, depth }),
  );
}

function parameter(name: string, given: Json, at: { isRequired: boolean; root: Json; depth: number }): Parameter {
  const schema = resolve(given, at.root);
  const options = optionsOf(schema, at.root);
  const only = options.length === 1 ? options[0] : undefined;
  const inner = only ? { ...only, ...without(schema, ["anyOf", "oneOf"]) } : schema;
  const items = isObject(inner["items"]) ? inner["items"] : undefined;
  const choices = inner["enum"] ?? (inner["const"] === undefined ? [] : [inner["const"]]);
  return {
    name,
    type: typeOf(schema, at.root, 0),
    isRequired: at.isRequired,
    description: text(given["description"]) || text(schema["description"]),
    choices: Array.isArray(choices) ? choices.map(show) : [],
    fallback: schema["default"] === undefined || schema["default"] === null ? undefined : show(schema["default"]),
    bounds: boundsOf(inner),
    parts: partsOf(items ?? inner, at.root, at.depth + 1),
  };
}

function typeOf(given: Json, root: Json, depth: number): string {
  const schema = resolve(given, root);
  const all = [...listOf(schema["anyOf"]), ...listOf(schema["oneOf"])];
  if (all.length > 0) return [...new Set(all.map((option) => typeOf(option, root, depth)))].join(" | ");
  const type = schema["type"];
  if (Array.isArray(type)) return type.map(String).join(" | ");
  if (type === "array") {
    const items = schema["items"];
    return isObject(items) && depth < DEEPEST ? `array[${typeOf(items, root, depth + 1)}]` : "array";
  }
  if (typeof type === "string") return type;
  const [first] = Array.isArray(schema["enum"]) ? (schema["enum"] as unknown[]) : [];
  if (first !== undefined) return typeof first;
  return isObject(schema["properties"]) ? "object" : "any";
}

/** What something may be beside null. */
function optionsOf(schema: Json, root: Json): Json[] {
  const all = [...listOf(schema["anyOf"]), ...listOf(schema["oneOf"])].map((option) => resolve(option, root));
  return all.filter((option) => option["type"] !== "null");
}

function resolve(schema: Json, root: Json): Json {
  let found = schema;
  for (let steps = 0; steps < 8; steps += 1) {
    const reference = found["$ref"];
    if (typeof reference !== "string" || !reference.startsWith("#/")) return found;
    const target = reference
      .slice(2)
      .split("/")
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
      .reduce<unknown>((place, part) => (isObject(place) ? place[part] : undefined), root);
    if (!isObject(target)) return found;
    found = { ...target, ...without(found, ["$ref"]) };
  }
  return found;
}

function boundsOf(schema: Json): string | undefined {
  const least = schema["minimum"] ?? schema["exclusiveMinimum"];
  const most = schema["maximum"] ?? schema["exclusiveMaximum"];
  if (typeof least === "number" && typeof most === "number") return `${least} – ${most}`;
  if (typeof least === "number") return `${schema["minimum"] === undefined ? ">" : "≥"} ${least}`;
  if (typeof most === "number") return `${schema["maximum"] === undefined ? "<" : "≤"} ${most}`;
  return undefined;
}

function without(schema: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !names.includes(name)));
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
