import type { Values } from "./events";
import { placeOf, scopesAround, splitPlace, splitScope } from "./places";
import type { RunModel } from "./run-model";

export interface DocumentNode {
  type: string;
  title?: string | null;
  parent?: string | null;
  settings?: Values;
}
/** As much of a workflow document as debugging reads. */
export interface RunDocument {
  nodes: Record<string, DocumentNode>;
}

const REFERENCE = /\\\{\{|\{\{\s*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)\s*\}\}/g;
const NAMESPACES = new Set(["sys", "env", "conversation"]);

/** The references in the texts of a node's settings, each once, without braces. `raw` settings hold none. */
export function referencesOf(settings: unknown, raw: readonly string[] = []): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === "string") {
      for (const match of value.matchAll(REFERENCE)) if (match[1]) found.add(match[1]);
    } else if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  const all = typeof settings === "object" && settings !== null ? Object.entries(settings) : [];
  for (const [name, value] of all) if (!raw.includes(name)) visit(value);
  return [...found];
}

/** What a reference meant. `isKnown` is false where the log does not say: a loop's variable in the middle. */
export interface Resolved {
  reference: string;
  isKnown: boolean;
  value?: unknown;
}

export function resolve(run: RunModel, document: RunDocument | undefined, scope: string, reference: string): Resolved {
  const [root = "", ...path] = reference.split(".");
  const found = (value: unknown): Resolved => ({ reference, isKnown: true, value: below(value, path) });
  if (NAMESPACES.has(root)) {
    const source = { sys: run.started?.system, env: run.started?.environment, conversation: run.started?.conversation };
    return found(source[root as keyof typeof source]);
  }
  const round = roundOf(scope, root);
  if (round) return ofRound(run, document, { reference, round, path });
  for (const around of scopesAround(scope)) {
    const node = run.nodes.get(placeOf(around, root));
    if (node) return found(node.outputs);
  }
  const pinned = run.started?.pins?.[root];
  return pinned === undefined ? { reference, isKnown: false } : found(pinned);
}

/** The round of a container that a scope lies in. */
function roundOf(scope: string, container: string): { scope: string; index: number } | undefined {
  for (let inner = scope; ; ) {
    const round = splitScope(inner);
    if (!round) return undefined;
    const place = splitPlace(round.container);
    if (place.node === container) return { scope: place.scope, index: round.index };
    inner = place.scope;
  }
}

interface InRound {
  reference: string;
  round: { scope: string; index: number };
  path: string[];
}

function ofRound(run: RunModel, document: RunDocument | undefined, { reference, round, path }: InRound): Resolved {
  if (path[0] === "index") return { reference, isKnown: true, value: round.index };
  const root = reference.slice(0, reference.indexOf("."));
  const items = document?.nodes[root]?.settings?.["items"];
  if (path[0] !== "item" || items === undefined) return { reference, isKnown: false };
  let list: unknown = items;
  if (typeof items === "string") {
    const [only] = referencesOf({ items });
    const source = only === undefined ? undefined : resolve(run, document, round.scope, only);
    if (!source?.isKnown) return { reference, isKnown: false };
    list = source.value;
  }
  const item: unknown = Array.isArray(list) ? list[round.index] : undefined;
  // A list that is written in the document can hold references of its own.
  const inside = Array.isArray(items) ? referencesOf({ item }) : [];
  return inside.length > 0 ? { reference, isKnown: false } : { reference, isKnown: true, value: below(item, path.slice(1)) };
}

function below(value: unknown, path: readonly string[]): unknown {
  let at: unknown = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return null;
    const holder = ("$file" in at ? at.$file : at) as Record<string, unknown>;
    at = holder[step] ?? null;
  }
  return at ?? null;
}

/** What a node read when it ran at a place, by reference. */
export function inputsOf(
  run: RunModel,
  document: RunDocument | undefined,
  place: string,
  raw: readonly string[] = [],
): Resolved[] {
  const { scope, node } = splitPlace(place);
  const settings = document?.nodes[node]?.settings;
  return referencesOf(settings, raw).map((reference) => resolve(run, document, scope, reference));
}

/** The nodes inside of a container, at any depth, and the container itself. */
export function withInside(document: RunDocument, node: string): string[] {
  const found = [node];
  for (const one of found) {
    for (const [id, other] of Object.entries(document.nodes)) if (other.parent === one) found.push(id);
  }
  return found;
}

/** A value that a node needs to run alone: `{{root.name}}`. */
export interface Needed {
  root: string;
  name: string;
  value: unknown;
  /** The last run has it. */
  isKnown: boolean;
}

/** What a node run alone has to be given, with the values that it had in a run. */
export function neededValues(
  document: RunDocument,
  node: string,
  rawOf: (type: string) => readonly string[],
  run: RunModel | undefined,
  scope = "",
): Needed[] {
  const inside = new Set(withInside(document, node));
  const needed = new Map<string, Needed>();
  for (const id of inside) {
    const { settings, type } = document.nodes[id] ?? { type: "" };
    for (const reference of referencesOf(settings, rawOf(type))) {
      const [root = "", name = ""] = reference.split(".");
      if (inside.has(root) || NAMESPACES.has(root)) continue;
      const found = run && resolve(run, document, scope, `${root}.${name}`);
      needed.set(`${root}.${name}`, { root, name, value: found?.value ?? null, isKnown: found?.isKnown ?? false });
    }
  }
  return [...needed.values()];
}

/** Nested as `POST /apps/{app}/node-runs` takes them. */
export function asValues(needed: readonly { root: string; name: string; value: unknown }[]): Record<string, Values> {
  const values: Record<string, Values> = {};
  for (const { root, name, value } of needed) (values[root] ??= {})[name] = value;
  return values;
}
