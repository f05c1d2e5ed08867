import { groupBy, type Json, type JsonObject } from "@/canvas/model/json";

/** The workflow document as the API has it (`docs/workflow.md`), with every section present. */
export interface WorkflowDocument {
  skep: 1;
  app: AppInfo;
  environment: EnvironmentVariable[];
  conversation: ConversationVariable[];
  limits: RunLimits;
  nodes: Record<string, WorkflowNode>;
  edges: Edge[];
  layout: Record<string, Point>;
  sizes: Record<string, Extent>;
  notes: Record<string, CanvasNote>;
}

export interface AppInfo {
  name: string;
  mode?: "workflow" | "chat";
  description?: string;
  icon?: string;
  opening?: string;
  suggestions?: string[];
}

export interface EnvironmentVariable {
  name: string;
  type?: "string" | "number" | "boolean" | "object" | "secret";
  value?: Json;
  description?: string;
}

export interface ConversationVariable {
  name: string;
  type?: string;
  default?: Json;
  description?: string;
}

export interface RunLimits {
  timeout_s?: number;
  steps?: number;
}

export interface RetryPolicy {
  attempts?: number;
  delay_s?: number;
  factor?: number;
  max_delay_s?: number;
}

export interface WorkflowNode {
  type: string;
  version?: number;
  title?: string;
  note?: string;
  parent?: string;
  settings?: JsonObject;
  timeout_s?: number;
  retry?: RetryPolicy;
  on_failure?: "stop" | "defaults" | "edge";
  defaults?: JsonObject;
}

export interface Edge {
  /** `node` or `node.port`. */
  from: string;
  to: string;
}

export type Point = [x: number, y: number];
export type Extent = [width: number, height: number];

export interface CanvasNote {
  /** A frame is a group: drawn behind the nodes, with its text as the title. */
  kind?: "note" | "frame";
  text?: string;
  at: Point;
  size?: Extent;
  color?: NoteColor;
}
export const NOTE_COLORS = ["amber", "grey", "blue", "green", "red"] as const;
export type NoteColor = (typeof NOTE_COLORS)[number];

/** The port of a node that has only one. */
export const OUT = "out";
/** The port taken by a node that fails, when its `on_failure` is `edge`. */
export const FAILED = "failed";
export const RESERVED_IDS: ReadonlySet<string> = new Set(["sys", "env", "conversation"]);
export const MAX_NESTING = 5;

/** Gives a document its missing sections, and takes out what says no more than a default does. */
export function normal(document: Partial<WorkflowDocument> & Pick<WorkflowDocument, "app">): WorkflowDocument {
  return {
    skep: 1,
    app: stripped(document.app, APP_DEFAULTS),
    environment: (document.environment ?? []).map((variable) => stripped(variable, VARIABLE_DEFAULTS)),
    conversation: (document.conversation ?? []).map((variable) => stripped(variable, VARIABLE_DEFAULTS)),
    limits: stripped(document.limits ?? {}, LIMIT_DEFAULTS),
    nodes: normalNodes(document.nodes ?? {}),
    edges: document.edges ?? [],
    layout: document.layout ?? {},
    sizes: document.sizes ?? {},
    notes: document.notes ?? {},
  };
}

const APP_DEFAULTS = { mode: "workflow", description: "", icon: "", opening: "", suggestions: "[]" };
const VARIABLE_DEFAULTS = { type: "string", description: "", value: null, default: null };
const LIMIT_DEFAULTS = { timeout_s: 1200, steps: 5000 };
const NODE_DEFAULTS = { version: 1, title: "", note: "", on_failure: "stop", defaults: "{}" };
const RETRY_DEFAULTS = { attempts: 3, delay_s: 1, factor: 2, max_delay_s: 60 };
const normalByNode = new WeakMap<WorkflowNode, WorkflowNode>();

function normalNodes(nodes: Record<string, WorkflowNode>): Record<string, WorkflowNode> {
  return Object.fromEntries(
    Object.entries(nodes).map(([id, node]) => {
      let found = normalByNode.get(node);
      if (!found) {
        found = stripped(node, NODE_DEFAULTS);
        const retry = found.retry && stripped(found.retry, RETRY_DEFAULTS);
        if (retry !== found.retry || !found.settings) {
          found = { ...found, settings: found.settings ?? {}, ...(retry ? { retry } : {}) };
        }
        normalByNode.set(node, found);
      }
      return [id, found];
    }),
  );
}

/** Returns an object without what is the default; defaults that are empty lists or objects are told as text. */
function stripped<T extends object>(object: T, defaults: Record<string, unknown>): T {
  const entries: [string, unknown][] = Object.entries(object);
  const kept = entries.filter(([key, value]) => {
    const shown = typeof value === "object" && value !== null ? JSON.stringify(value) : value;
    return value !== undefined && !(key in defaults && defaults[key] === shown);
  });
  return kept.length === entries.length ? object : (Object.fromEntries(kept) as T);
}

export function sourceOf(edge: Edge): { node: string; port: string } {
  const dot = edge.from.indexOf(".");
  if (dot < 0) return { node: edge.from, port: OUT };
  return { node: edge.from.slice(0, dot), port: edge.from.slice(dot + 1) || OUT };
}

export function sourceText(node: string, port: string): string {
  return port === OUT ? node : `${node}.${port}`;
}

/** Names an edge: there is one of each. */
export function edgeKey(edge: Edge): string {
  return `${edge.from}>${edge.to}`;
}

/** Yields the containers around a node, the innermost first. */
export function* enclosing(document: WorkflowDocument, id: string): Generator<string> {
  const seen = new Set([id]);
  let parent = document.nodes[id]?.parent;
  while (parent !== undefined && !seen.has(parent)) {
    seen.add(parent);
    yield parent;
    parent = document.nodes[parent]?.parent;
  }
}

/** Returns nodes with everything inside of them. */
export function withContents(document: WorkflowDocument, ids: Iterable<string>): Set<string> {
  const found = new Set(ids);
  const children = groupBy(Object.keys(document.nodes), (id) => document.nodes[id]?.parent);
  const open = [...found];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const child of children.get(id) ?? []) {
      if (!found.has(child)) open.push(child);
      found.add(child);
    }
  }
  return found;
}
