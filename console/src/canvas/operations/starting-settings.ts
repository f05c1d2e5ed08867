import { isObject, type Json, type JsonObject } from "@/canvas/model/json";
import type { NodeType } from "@/canvas/model/node-types";

/** Returns what a new node begins with: what its schema asks for, as empty as that can be. */
export function startingSettings(type: NodeType): JsonObject {
  const made = startingValue(type.settings, 0);
  return isObject(made) ? made : {};
}

/** Returns the emptiest value of a schema; items of lists that need some are numbered. */
export function startingValue(schema: Json | undefined, depth = 0, number = 1): Json {
  if (!isObject(schema) || depth > 8) return null;
  if (schema["default"] !== undefined) return schema["default"];
  const options = schema["anyOf"];
  if (Array.isArray(options)) return startingValue(options[0], depth + 1);
  const choices = schema["enum"];
  if (Array.isArray(choices)) return choices[0] ?? null;
  if (schema["type"] === "object") return startingObject(schema, depth, number);
  if (schema["type"] === "array") {
    const items = { length: Number(schema["minItems"] ?? 0) };
    return Array.from(items, (_, index) => startingValue(schema["items"], depth + 1, index + 1));
  }
  return startingScalar(schema);
}

function startingScalar(schema: JsonObject): Json {
  if (schema["type"] === "boolean") return false;
  if (schema["type"] === "integer" || schema["type"] === "number") return Number(schema["minimum"] ?? 0);
  // What is nothing but a name stands for its own kind again, inside of itself.
  return schema["type"] === undefined && typeof schema["title"] === "string" ? {} : "";
}

function startingObject(schema: JsonObject, depth: number, number: number): Json {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const made: JsonObject = {};
  for (const name of required) {
    if (typeof name !== "string") continue;
    const property = properties[name];
    made[name] = isName(name, property) ? `${stemOf(schema)}_${number}` : startingValue(property, depth + 1);
  }
  if (isCondition(properties)) Object.assign(made, { left: "", op: "eq", right: "" });
  return made;
}

/** Ids and names of parts must differ from each other, so they are numbered. */
function isName(name: string, schema: Json | undefined): boolean {
  return (name === "id" || name === "name") && isObject(schema) && typeof schema["pattern"] === "string";
}

function stemOf(schema: JsonObject): string {
  const title = typeof schema["title"] === "string" ? schema["title"] : "item";
  const words = title.replaceAll(/([a-z])([A-Z])/g, "$1_$2").toLowerCase().split("_");
  return words.find((word) => !["form", "asked", "option", "output"].includes(word)) ?? "item";
}

export function isCondition(properties: JsonObject): boolean {
  return "op" in properties && "left" in properties && "conditions" in properties;
}
