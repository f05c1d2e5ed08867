import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import styles from "./Canvas.module.css";

const GAP = 20;

/** The dots behind the canvas. They are moved, not drawn again, while the canvas is. */
export function Dots() {
  const store = useStoreApi();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const follow = ([x, y, zoom]: readonly [number, number, number]) => {
      if (!box.current) return;
      let gap = GAP * zoom;
      while (gap < GAP) gap *= 2;
      box.current.style.transform = `translate(${(x % gap) - gap}px, ${(y % gap) - gap}px) scale(${gap / GAP})`;
    };
    follow(store.getState().transform);
    return store.subscribe((next, before) => {
      if (next.transform !== before.transform) follow(next.transform);
    });
  }, [store]);
  return <div ref={box} className={styles["dots"]} aria-hidden />;
}
