import { Command } from "cmdk";
import { useMemo } from "react";
import type { Category, NodeType } from "@/canvas/model/node-types";
import { useEditorParts } from "@/canvas/state/context";
import { NodeIcon } from "@/canvas/view/NodeIcon";
import { useI18n } from "@/i18n";
import styles from "./NodeList.module.css";

const CATEGORIES: readonly Category[] = ["model", "knowledge", "tool", "flow", "transform", "other"];
export const DRAGGED_TYPE = "application/x-skep-node-type";

interface NodeListProps {
  /** Node types that make no sense here are left out. */
  fits?: (type: NodeType) => boolean;
  onChoose: (type: NodeType) => void;
  isDraggable?: boolean;
}

/** All node types: searched by typing, chosen by Enter or a click, or dragged onto the canvas. */
export function NodeList({ fits = () => true, onChoose, isDraggable }: NodeListProps) {
  const { t } = useI18n();
  const { catalog, document } = useEditorParts((state) => ({ catalog: state.catalog, document: state.document }));
  const hasStart = useMemo(() => Object.values(document.nodes).some((node) => catalog.roleOf(node) === "start"), [document, catalog]);
  const types = catalog.newest.filter((type) => (type.role !== "start" || !hasStart) && fits(type));
  return (
    <Command label={t("canvas.addNode")} loop className={styles["list"]}>
      <Command.Input className={styles["search"]} placeholder={t("canvas.searchNodes")} autoFocus />
      <Command.List className={styles["items"]}>
        <Command.Empty className={styles["none"]}>{t("canvas.noNodeType")}</Command.Empty>
        {CATEGORIES.map((category) => {
          const own = types.filter((type) => type.category === category);
          if (own.length === 0) return null;
          return (
            <Command.Group key={category} heading={t(`canvas.category_${category}`)}>
              {own.map((type) => (
                <Command.Item
                  key={type.type}
                  value={`${type.title} ${type.type}`}
                  keywords={[type.description, category]}
                  className={styles["item"]}
                  onSelect={() => onChoose(type)}
                  draggable={isDraggable ?? false}
                  onDragStart={(event) => {
                    event.dataTransfer.setData(DRAGGED_TYPE, type.type);
                    event.dataTransfer.effectAllowed = "copy";
                  }}
                >
                  <NodeIcon type={type} size={24} />
                  <span className={styles["words"]}>
                    <span className={styles["title"]}>{type.title}</span>
                    <span className={styles["description"]}>{type.description}</span>
                  </span>
                </Command.Item>
              ))}
            </Command.Group>
          );
        })}
      </Command.List>
    </Command>
  );
}
