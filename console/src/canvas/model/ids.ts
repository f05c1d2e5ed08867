import { RESERVED_IDS, type WorkflowDocument } from "@/canvas/model/document";

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Tells why an id cannot be used; null when it can. */
export function idFault(document: WorkflowDocument, id: string, own?: string): "malformed" | "reserved" | "taken" | null {
  if (!ID.test(id)) return "malformed";
  if (RESERVED_IDS.has(id)) return "reserved";
  return id !== own && id in document.nodes ? "taken" : null;
}

/** Returns an id that is free, as close to the wish as can be: `llm`, `llm_2`. */
export function freshId(taken: { has: (id: string) => boolean }, wish: string): string {
  const tidy = wish.replaceAll(/[^A-Za-z0-9_-]+/g, "_").replace(/^_+|_+$/g, "") || "node";
  const match = /^(.*?)_(\d{1,6})$/.exec(tidy);
  const stem = (match?.[1] ?? tidy).slice(0, 56);
  if (!taken.has(tidy) && tidy.length <= 64 && !RESERVED_IDS.has(tidy)) return tidy;
  for (let number = Number(match?.[2] ?? 1) + 1; ; number++) {
    const id = `${stem}_${number}`;
    if (!taken.has(id)) return id;
  }
}

/** Returns what `freshId` asks of a document. */
export function takenIn(document: WorkflowDocument): { has: (id: string) => boolean } {
  return { has: (id) => Object.hasOwn(document.nodes, id) };
}
