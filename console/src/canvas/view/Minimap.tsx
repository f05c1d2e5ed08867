import { Panel, useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, type PointerEvent } from "react";
import type { Frame } from "@/canvas/model/frames";
import { useEditorParts } from "@/canvas/state/context";
import type { CanvasNode } from "@/canvas/view/projection";
import { useI18n } from "@/i18n";
import styles from "./Canvas.module.css";

const [WIDTH, HEIGHT] = [196, 132];
const MARGIN = 10;

/** The whole workflow, small, with a frame around what is seen; pressing a place goes there. */
export function Minimap({ nodes, frames }: { nodes: readonly CanvasNode[]; frames: ReadonlyMap<string, Frame> }) {
  const { t } = useI18n();
  const flow = useReactFlow();
  const store = useStoreApi();
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<HTMLDivElement>(null);
  const { selection } = useEditorParts((state) => ({ selection: state.selection }));
  const scale = useMemo(() => scaleOf(frames), [frames]);

  useEffect(() => {
    const draw = () => {
      if (canvas.current) drawNodes(canvas.current, { nodes, frames, selection, scale });
    };
    draw();
    const watch = new MutationObserver(draw);
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => watch.disconnect();
  }, [nodes, frames, selection, scale]);

  useEffect(() => {
    const follow = () => {
      const { transform, width, height } = store.getState();
      const [x, y, zoom] = transform;
      if (!view.current) return;
      const [left, top] = scale.toMap(-x / zoom, -y / zoom);
      view.current.style.transform = `translate(${left}px, ${top}px)`;
      view.current.style.width = `${(width / zoom) * scale.factor}px`;
      view.current.style.height = `${(height / zoom) * scale.factor}px`;
    };
    follow();
    return store.subscribe(follow);
  }, [store, scale]);

  const go = useCallback(
    (event: PointerEvent<HTMLDivElement>) => {
      if (event.buttons !== 1) return;
      const box = event.currentTarget.getBoundingClientRect();
      const [x, y] = scale.fromMap(event.clientX - box.left, event.clientY - box.top);
      void flow.setCenter(x, y, { zoom: flow.getZoom() });
    },
    [flow, scale],
  );

  return (
    <Panel position="bottom-right" className={styles["map"]}>
      {/* For the pointer alone: by keys one walks from node to node, or fits all into view. */}
      <div className={styles["mapArea"]} role="img" aria-label={t("canvas.map")} onPointerDown={go} onPointerMove={go}>
        <canvas ref={canvas} style={{ width: WIDTH, height: HEIGHT }} />
        <div ref={view} className={styles["mapView"]} />
      </div>
    </Panel>
  );
}

interface Scale {
  factor: number;
  toMap: (x: number, y: number) => [number, number];
  fromMap: (x: number, y: number) => [number, number];
}

function scaleOf(frames: ReadonlyMap<string, Frame>): Scale {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of frames.values()) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  if (left === Infinity) [left, top, right, bottom] = [0, 0, 1_000, 600];
  const factor = Math.min((WIDTH - 2 * MARGIN) / (right - left), (HEIGHT - 2 * MARGIN) / (bottom - top), 0.12);
  const [dx, dy] = [WIDTH / 2 - ((left + right) / 2) * factor, HEIGHT / 2 - ((top + bottom) / 2) * factor];
  return {
    factor,
    toMap: (x, y) => [x * factor + dx, y * factor + dy],
    fromMap: (x, y) => [(x - dx) / factor, (y - dy) / factor],
  };
}

interface Drawn {
  nodes: readonly CanvasNode[];
  frames: ReadonlyMap<string, Frame>;
  selection: readonly string[];
  scale: Scale;
}

function drawNodes(canvas: HTMLCanvasElement, { nodes, frames, selection, scale }: Drawn): void {
  // Beyond a browser there may be nothing to draw with.
  const ratio = window.devicePixelRatio || 1;
  [canvas.width, canvas.height] = [WIDTH * ratio, HEIGHT * ratio];
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const style = getComputedStyle(canvas);
  const [plain, container, accent] = ["--canvas-map-node", "--canvas-map-frame", "--accent"].map((name) => style.getPropertyValue(name));
  const chosen = new Set(selection);
  pen.scale(ratio, ratio);
  for (const node of nodes) {
    const frame = frames.get(node.id);
    if (!frame) continue;
    const [x, y] = scale.toMap(frame.x, frame.y);
    pen.fillStyle = (chosen.has(node.id) ? accent : node.type === "step" ? plain : container) ?? "";
    pen.beginPath();
    pen.roundRect(x, y, Math.max(frame.width * scale.factor, 1.5), Math.max(frame.height * scale.factor, 1.5), 1.5);
    pen.fill();
  }
}
