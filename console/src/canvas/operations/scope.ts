import { enclosing, type WorkflowDocument } from "@/canvas/model/document";
import type { Shapes, NodeCatalog, Output } from "@/canvas/model/node-types";
import { leadingTo } from "@/canvas/operations/edges";

/** What a text at one place may refer to. */
export interface Variable {
  /** As it stands between the braces: `greet.text`. */
  path: string;
  name: string;
  type: string;
  description?: string | undefined;
}

export interface VariableGroup {
  kind: "node" | "container" | "sys" | "env" | "conversation";
  /** The id of the node, or the name of the namespace. */
  root: string;
  variables: Variable[];
}

const SYSTEM: Record<string, string> = {
  query: "string",
  files: "array[file]",
  conversation_id: "string",
  dialogue_count: "number",
  user: "string",
  run_id: "string",
  app_id: "string",
  started_at: "string",
  callback_url: "string",
};
const ONLY_IN_CHATS = new Set(["query", "files", "conversation_id", "dialogue_count"]);
export const FILE_FIELDS: Readonly<Record<string, string>> = { id: "string", name: "string", mime_type: "string", size_bytes: "number", extension: "string", kind: "string" };

/** Returns the variables that settings of a node may refer to, the nearest first. */
export function variablesAt(
  document: WorkflowDocument,
  { catalog, shapes }: { catalog: NodeCatalog; shapes: Shapes },
  id: string,
  field?: string,
): VariableGroup[] {
  const groups: VariableGroup[] = [];
  const node = document.nodes[id];
  if (!node) return groups;
  const type = catalog.of(node);
  if (field !== undefined && type?.inner_fields.includes(field)) {
    // What a container keeps of a round is read inside of it.
    groups.push(containerGroup(id, shapes));
    for (const [inner, { parent }] of Object.entries(document.nodes)) {
      if (parent === id) groups.push(nodeGroup(inner, shapes[inner]?.outputs ?? catalog.of(document.nodes[inner] ?? node)?.outputs));
    }
  }
  for (const place of [id, ...enclosing(document, id)]) {
    if (place !== id) groups.push(containerGroup(place, shapes));
    groups.push(...upstream(document, place).map((each) => nodeGroup(each, outputsOf(document, { catalog, shapes }, each))));
  }
  groups.push(...namespaces(document));
  return groups.filter((group) => group.variables.length > 0);
}

function outputsOf(
  document: WorkflowDocument,
  { catalog, shapes }: { catalog: NodeCatalog; shapes: Shapes },
  id: string,
): readonly Output[] | null {
  const node = document.nodes[id];
  return shapes[id]?.outputs ?? (node && catalog.of(node)?.outputs) ?? null;
}

/** Returns the nodes before one, the nearest first. */
function upstream(document: WorkflowDocument, id: string): string[] {
  const before = [...leadingTo(document, id)];
  return before.filter((each) => each !== id);
}

function nodeGroup(root: string, outputs: readonly Output[] | null | undefined): VariableGroup {
  return {
    kind: "node",
    root,
    variables: (outputs ?? []).map(({ name, type, description }) => ({ path: `${root}.${name}`, name, type, description })),
  };
}

function containerGroup(root: string, shapes: Shapes): VariableGroup {
  const held = shapes[root]?.inner ?? { index: "number" };
  return { kind: "container", root, variables: listed(root, held) };
}

function namespaces(document: WorkflowDocument): VariableGroup[] {
  const isChat = document.app.mode === "chat";
  const system = Object.entries(SYSTEM).filter(([name]) => isChat || !ONLY_IN_CHATS.has(name));
  const kept = Object.fromEntries(document.conversation.map(({ name, type }) => [name, type ?? "string"]));
  const set = Object.fromEntries(
    document.environment.map(({ name, type }) => [name, type === "secret" ? "string" : (type ?? "string")]),
  );
  return [
    { kind: "conversation", root: "conversation", variables: listed("conversation", kept) },
    { kind: "env", root: "env", variables: listed("env", set) },
    { kind: "sys", root: "sys", variables: listed("sys", Object.fromEntries(system)) },
  ];
}

function listed(root: string, held: Readonly<Record<string, string>>): Variable[] {
  return Object.entries(held).map(([name, type]) => ({ path: `${root}.${name}`, name, type }));
}

/** Tells whether a value of one type can stand where another is wanted. */
export function fitsType(type: string, wanted: string): boolean {
  if (wanted === "any" || type === "any" || type === wanted) return true;
  if (wanted === "array") return type.startsWith("array[");
  return wanted === "array[any]" && type.startsWith("array[");
}

/** Returns the type of what a reference leads to; undefined when nothing is known there. */
export function typeOfPath(groups: readonly VariableGroup[], path: readonly string[]): string | undefined {
  const [root, name, ...below] = path;
  const found = groups.find((group) => group.root === root)?.variables.find((variable) => variable.name === name);
  if (!found || below.length === 0) return found?.type;
  let type = found.type;
  for (const part of below) {
    if (type === "file") type = FILE_FIELDS[part] ?? "";
    else if (type.startsWith("array[")) type = /^\d+$/.test(part) ? type.slice(6, -1) : "";
    else if (type !== "object" && type !== "any") return undefined;
    else return "any";
    if (type === "") return undefined;
  }
  return type;
}
