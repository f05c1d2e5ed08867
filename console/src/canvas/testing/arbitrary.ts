import fc from "fast-check";
import { edgeKey, type WorkflowDocument } from "@/canvas/model/document";
import { framesOf } from "@/canvas/model/frames";
import { freshId, takenIn } from "@/canvas/model/ids";
import { copy, duplicate, paste } from "@/canvas/operations/clipboard";
import { dissolve, setParent } from "@/canvas/operations/containers";
import { connect, disconnect, insertOnEdge, refusal } from "@/canvas/operations/edges";
import { addGroup } from "@/canvas/operations/groups";
import { addNode, removeNodes, renameNode, setSetting } from "@/canvas/operations/nodes";
import { addNote, removeNotes } from "@/canvas/operations/notes";
import { nudge, resize } from "@/canvas/operations/placing";
import { CATALOG, INSTALLED } from "@/canvas/testing/documents";

export type Operation = (document: WorkflowDocument) => WorkflowDocument;

const nth = (document: WorkflowDocument, number: number): string => {
  const ids = Object.keys(document.nodes);
  return ids[number % Math.max(ids.length, 1)] ?? "none";
};
const nodes = (document: WorkflowDocument, numbers: readonly number[]) => numbers.map((number) => nth(document, number));

const MAKERS: ((numbers: number[], text: string) => Operation)[] = [
  ([one = 0]) => (document) => {
    const type = CATALOG.all[one % CATALOG.all.length];
    return type ? addNode(document, type, [one, one]).document : document;
  },
  (numbers) => (document) => removeNodes(document, nodes(document, numbers.slice(0, 2))),
  ([one = 0]) => (document) => removeNodes(document, [nth(document, one)], true),
  ([one = 0], text) => (document) => renameNode(document, nth(document, one), freshId(takenIn(document), text)),
  ([one = 0, other = 1]) => (document) => {
    const source = { node: nth(document, one), port: "out" };
    const target = nth(document, other);
    return refusal(document, INSTALLED, source, target) ? document : connect(document, source, target);
  },
  ([one = 0]) => (document) => {
    const edge = document.edges[one % Math.max(document.edges.length, 1)];
    return edge ? disconnect(document, [edgeKey(edge)]) : document;
  },
  ([one = 0, other = 1]) => (document) => {
    const edge = document.edges[one % Math.max(document.edges.length, 1)];
    return edge ? insertOnEdge(document, INSTALLED, edgeKey(edge), nth(document, other)) : document;
  },
  ([one = 0, other = 1]) => (document) => setParent(document, CATALOG, [nth(document, one)], other % 3 ? nth(document, other) : null),
  ([one = 0]) => (document) => dissolve(document, CATALOG, nth(document, one)),
  (numbers) => (document) => duplicate(document, nodes(document, numbers), CATALOG).document,
  (numbers) => (document) => paste(document, copy(document, nodes(document, numbers)), CATALOG, [1, 2]).document,
  ([one = 0], text) => (document) => setSetting(document, nth(document, one), ["text"], text),
  ([one = 0, x = 0, y = 0]) => (document) => nudge(document, [nth(document, one)], [x, y]),
  ([one = 0, x = 0, y = 0]) => (document) => resize(document, nth(document, one), [x, y], [x + 1, y + 1]),
  (numbers) => (document) => {
    const frames = framesOf(document, CATALOG, () => ["out"]);
    return addGroup(document, frames, nodes(document, numbers))?.document ?? document;
  },
  () => (document) => addNote(document, [0, 0]).document,
  () => (document) => removeNotes(document, Object.keys(document.notes).slice(0, 1)),
];

/** Any operation of the canvas on any of a document's parts. */
export const operations: fc.Arbitrary<Operation> = fc
  .tuple(fc.nat(MAKERS.length - 1), fc.array(fc.nat(50), { minLength: 3, maxLength: 3 }), fc.string({ maxLength: 6 }))
  .map(([index, numbers, text]) => MAKERS[index]?.(numbers, text) ?? ((document) => document));
