import { sourceText, type Point } from "@/canvas/model/document";
import { portsOf } from "@/canvas/model/node-types";
import type { End } from "@/canvas/operations/edges";
import type { Editor } from "@/canvas/state/editor-store";
import { frames } from "@/canvas/view/commands";

/** The first way out of a node that leads nowhere yet. */
export function freePort(editor: Editor, id: string | undefined): End | null {
  const { document, catalog, shapes } = editor.getState();
  const node = id === undefined ? undefined : document.nodes[id];
  if (id === undefined || !node) return null;
  const used = new Set(document.edges.map((edge) => edge.from));
  const port = portsOf(node, catalog.of(node), shapes[id]).find((each) => !used.has(sourceText(id, each)));
  return port === undefined ? null : { node: id, port };
}

/** The innermost container under a point of the canvas. */
export function containerUnder([x, y]: Point, editor: Editor): string | null {
  const { document, catalog } = editor.getState();
  const held = frames(editor.getState());
  let found: { id: string; area: number } | null = null;
  for (const id of Object.keys(document.nodes)) {
    const frame = held.get(id);
    if (!frame || catalog.roleOf(document.nodes[id]) !== "container") continue;
    const isUnder = x >= frame.x && x <= frame.x + frame.width && y >= frame.y && y <= frame.y + frame.height;
    const area = frame.width * frame.height;
    if (isUnder && area < (found?.area ?? Infinity)) found = { id, area };
  }
  return found?.id ?? null;
}
