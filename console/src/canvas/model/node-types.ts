import { FAILED, OUT, sourceOf, type WorkflowDocument, type WorkflowNode } from "@/canvas/model/document";
import { isObject, type JsonObject } from "@/canvas/model/json";

export type Role = "start" | "end" | "answer" | "step" | "container" | "break";
export type Category = "flow" | "model" | "knowledge" | "transform" | "tool" | "other";

export interface Output {
  name: string;
  type: string;
  description?: string;
  streams?: boolean;
}

/** A node type as `GET /api/v1/node-types` describes it. */
export interface NodeType {
  type: string;
  version: number;
  title: string;
  description: string;
  category: Category;
  icon: string;
  role: Role;
  effect: "pure" | "repeatable" | "strict";
  settings: JsonObject;
  outputs: Output[] | null;
  ports: string[] | null;
  raw_fields: string[];
  answer_field: string | null;
  inner_fields: string[];
}

/** What a node offers with its settings as they are; from the check of the document. */
export interface NodeShape {
  ports: string[] | null;
  outputs: Output[] | null;
  inner?: Record<string, string> | null;
}
export type Shapes = Readonly<Record<string, NodeShape>>;

/** The installed node types. */
export class NodeCatalog {
  private readonly byKey = new Map<string, NodeType>();
  readonly all: readonly NodeType[];
  /** The newest version of each type. */
  readonly newest: readonly NodeType[];

  constructor(types: readonly NodeType[]) {
    this.all = types;
    const newest = new Map<string, NodeType>();
    for (const type of types) {
      this.byKey.set(`${type.type}@${type.version}`, type);
      const known = newest.get(type.type);
      if (!known || known.version < type.version) newest.set(type.type, type);
    }
    this.newest = [...newest.values()];
  }

  of(node: Pick<WorkflowNode, "type" | "version">): NodeType | undefined {
    return this.byKey.get(`${node.type}@${node.version ?? 1}`);
  }

  roleOf(node: Pick<WorkflowNode, "type" | "version"> | undefined): Role | undefined {
    return node && this.of(node)?.role;
  }
}

/** Returns a node's ports: of its shape, else of its type; and those that edges leave by already. */
export function portsOf(node: WorkflowNode, type: NodeType | undefined, shape: NodeShape | undefined): string[] {
  if (type?.role === "end" || type?.role === "break") return [];
  const known = shape?.ports ?? type?.ports ?? guessedPorts(node);
  const ports = known.filter((port) => port !== FAILED);
  return node.on_failure === "edge" ? [...ports, FAILED] : ports;
}

/** Until the check has told: parts of settings that have an `id` are ways out, as cases and classes are. */
function guessedPorts(node: WorkflowNode): string[] {
  for (const value of Object.values(node.settings ?? {})) {
    const ids = Array.isArray(value) ? value.flatMap((item) => (isObject(item) && typeof item["id"] === "string" ? [item["id"]] : [])) : [];
    if (ids.length > 0) return [...new Set(ids)];
  }
  return [OUT];
}

/** Returns, for each node, the ports that edges leave by, whether the node has them or not. */
export function usedPorts(document: WorkflowDocument): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>();
  for (const edge of document.edges) {
    const { node, port } = sourceOf(edge);
    const ports = used.get(node);
    if (ports) ports.add(port);
    else used.set(node, new Set([port]));
  }
  return used;
}
