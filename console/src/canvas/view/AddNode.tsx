import { useEffect, useRef } from "react";
import type { Point } from "@/canvas/model/document";
import type { NodeType } from "@/canvas/model/node-types";
import { useEditor, useEditorState } from "@/canvas/state/context";
import type { Adding, EditorState } from "@/canvas/state/editor-store";
import { add } from "@/canvas/view/commands";
import { NodeList } from "@/canvas/view/NodeList";
import { useI18n } from "@/i18n";
import styles from "./NodeList.module.css";

const [WIDTH, HEIGHT] = [300, 420];

/** The list of node types, where one is to be added: at a port, on an edge, on the canvas. */
export function AddNode({ middle, onDone }: { middle: () => Point; onDone: () => void }) {
  const adding = useEditorState((state) => state.adding);
  return adding && <Floating key={`${adding.screen.x},${adding.screen.y}`} adding={adding} middle={middle} onDone={onDone} />;
}

function Floating({ adding, middle, onDone }: { adding: Adding; middle: () => Point; onDone: () => void }) {
  const { t } = useI18n();
  const editor = useEditor();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const close = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) editor.setState({ adding: null });
    };
    window.addEventListener("pointerdown", close, true);
    return () => window.removeEventListener("pointerdown", close, true);
  }, [editor]);
  const choose = (type: NodeType) => {
    add(editor, type, adding, middle());
    onDone();
  };
  return (
    // Keys that nothing inside takes close the list.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={box}
      className={styles["floating"]}
      role="dialog"
      aria-label={t("canvas.addNode")}
      style={{
        left: Math.max(8, Math.min(adding.screen.x, window.innerWidth - WIDTH - 8)),
        top: Math.max(8, Math.min(adding.screen.y, window.innerHeight - HEIGHT - 8)),
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== "Escape") return;
        editor.setState({ adding: null });
        onDone();
      }}
    >
      <NodeList fits={(type) => fits(type, adding, editor.getState())} onChoose={choose} isDraggable={!adding.source && !adding.edge} />
    </div>
  );
}

function fits(type: NodeType, adding: Adding, { document }: EditorState): boolean {
  const node = adding.source?.node ?? adding.edge?.split(/[.>]/, 1)[0];
  const parent = adding.parent ?? (node === undefined ? undefined : document.nodes[node]?.parent);
  if (type.role === "break" && parent === undefined) return false;
  if ((type.role === "start" || type.role === "end") && parent !== undefined) return false;
  if (type.role === "start" && node !== undefined) return false;
  return !(adding.edge !== undefined && (type.role === "end" || type.role === "break"));
}
