import { isObject, type JsonObject } from "@/canvas/model/json";
import type { VariableGroup } from "@/canvas/operations/scope";
import type { Path } from "../form-context";
import type { FieldKind } from "../schema";
import type { DraftWish } from "./api";

const MOST = 200;

/** What a model would write for a setting; null for what is too small to be written by one. */
export function wishOf(kind: FieldKind, path: Path, within: JsonObject, groups: readonly VariableGroup[]): DraftWish | null {
  const base = { model: "default", language: "python", outputs: {} } as const;
  if (kind === "text") {
    const variables = groups.flatMap((group) => group.variables.map(({ path: place }) => place)).slice(0, MOST);
    return { ...base, kind: "prompt", variables };
  }
  if (kind !== "code" || path.length !== 1) return null;
  const inputs = isObject(within["inputs"]) ? Object.keys(within["inputs"]) : [];
  return {
    ...base,
    kind: "code",
    language: within["language"] === "javascript" ? "javascript" : "python",
    variables: inputs.slice(0, MOST),
    outputs: texts(within["outputs"]),
  };
}

function texts(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
