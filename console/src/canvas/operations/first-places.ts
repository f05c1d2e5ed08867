import type { WorkflowDocument } from "@/canvas/model/document";
import { nodeSize } from "@/canvas/model/geometry";
import { usedPorts } from "@/canvas/model/node-types";

/**
 * Gives nodes places when none has one, as in documents that were written by hand. The same document gets the
 * same places each time, so they are no edit, and are kept with the first one that is.
 */
export async function withPlaces(document: WorkflowDocument): Promise<WorkflowDocument> {
  if (Object.keys(document.nodes).length < 2 || Object.keys(document.layout).length > 0) return document;
  const { layOut } = await import("@/canvas/operations/layout");
  const used = usedPorts(document);
  const ports = (id: string) => [...(used.get(id) ?? [])];
  const holding = new Set(Object.values(document.nodes).map((node) => node.parent));
  return layOut(document, {
    sizeOf: (id) => nodeSize(ports(id)),
    isContainer: (id) => holding.has(id),
    portIndex: (id, port) => ports(id).indexOf(port),
  });
}
