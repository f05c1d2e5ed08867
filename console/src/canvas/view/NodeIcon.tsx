import { createElement } from "react";
import { TriangleAlert } from "lucide-react";
import type { NodeType } from "@/canvas/model/node-types";
import { iconOf } from "@/canvas/view/icons";
import styles from "./NodeIcon.module.css";

/** The sign of a node type, in the colour of its category. */
export function NodeIcon({ type, size = 28 }: { type: NodeType | undefined; size?: 20 | 24 | 28 }) {
  return (
    <span className={styles["icon"]} data-category={type?.category ?? "unknown"} style={{ width: size, height: size }} aria-hidden>
      {createElement(type ? iconOf(type.icon) : TriangleAlert, { size: Math.round(size * 0.56) })}
    </span>
  );
}
