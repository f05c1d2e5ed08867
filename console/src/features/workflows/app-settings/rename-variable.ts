import type { NodeCatalog, WorkflowDocument, WorkflowNode } from "@/canvas";
import { isObject, type Json } from "@/canvas/model/json";
import { segments, written } from "@/canvas/model/references";

/** Gives a variable of the app another name, in all references to it too. */
export function renameVariable(
  document: WorkflowDocument,
  catalog: NodeCatalog,
  namespace: "env" | "conversation",
  from: string,
  to: string,
): WorkflowDocument {
  const section = namespace === "env" ? "environment" : "conversation";
  const named = document[section].map((variable) => (variable.name === from ? { ...variable, name: to } : variable));
  const change = (value: Json, key: string): Json => {
    if (typeof value === "string") return renamedText(value, key, { namespace, from, to });
    if (Array.isArray(value)) return value.map((item) => change(item, key));
    return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, change(item, name)])) : value;
  };
  const nodes = Object.fromEntries(
    Object.entries(document.nodes).map(([id, node]): [string, WorkflowNode] => {
      const raw = catalog.of(node)?.raw_fields ?? [];
      const text = JSON.stringify(node.settings ?? {});
      if (!text.includes(`${namespace}.${from}`)) return [id, node];
      const settings = Object.entries(node.settings ?? {}).map(([key, value]) => [key, raw.includes(key) ? value : change(value, key)] as const);
      return [id, { ...node, settings: Object.fromEntries(settings) }];
    }),
  );
  return { ...document, nodes, [section]: named };
}

function renamedText(text: string, key: string, { namespace, from, to }: { namespace: string; from: string; to: string }): string {
  if (key === "target" && text === `${namespace}.${from}`) return `${namespace}.${to}`;
  return segments(text)
    .map((part) => {
      if ("text" in part) return part.text;
      const { root, path } = part.reference;
      if (root !== namespace || path[0] !== from) return text.slice(part.from, part.to);
      return written({ root, path: [to, ...path.slice(1)] });
    })
    .join("");
}
