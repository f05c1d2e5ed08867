import { edgeKey, sourceOf, type WorkflowDocument } from "@/canvas/model/document";
import { pointerParts } from "@/canvas/model/json";

/** One fault that the check found, and where it is. */
export interface Issue {
  pointer: string;
  message: string;
  /** The node it is at, or whose edge it is. */
  node?: string;
  edge?: string;
  /** Below the node: `["settings", "prompt"]`. */
  path: readonly string[];
}

/** Finds the places of faults in the document they were found in. */
export function locate(document: WorkflowDocument, faults: readonly { pointer: string; message: string }[]): Issue[] {
  return faults.map(({ pointer, message }) => {
    const [section, name = "", ...path] = pointerParts(pointer);
    if (section === "nodes" && name in document.nodes) return { pointer, message, node: name, path };
    const edge = section === "edges" ? document.edges[Number(name)] : undefined;
    if (edge) return { pointer, message, node: sourceOf(edge).node, edge: edgeKey(edge), path };
    return { pointer, message, path: pointerParts(pointer) };
  });
}

/** Returns the issue at a place below a node, or below one of its parts. */
export function issueAt(issues: readonly Issue[], path: readonly (string | number)[]): Issue | undefined {
  return issues.find((issue) => issue.path.length === path.length && path.every((part, index) => issue.path[index] === String(part)));
}
