import { Command } from "cmdk";
import { useMemo, useState } from "react";
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
  const [search, setSearch] = useState("");
  const item = (type: NodeType) => (
    <Command.Item
      key={type.type}
      value={type.type}
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
  );
  return (
    <Command label={t("canvas.addNode")} loop shouldFilter={false} className={styles["list"]}>
      <Command.Input className={styles["search"]} placeholder={t("canvas.searchNodes")} value={search} onValueChange={setSearch} autoFocus />
      <Command.List className={styles["items"]}>
        <Command.Empty className={styles["none"]}>{t("canvas.noNodeType")}</Command.Empty>
        {search.trim() !== ""
          ? found(types, search, (type) => t(`canvas.category_${type.category}`)).map(item)
          : CATEGORIES.map((category) => {
              const own = types.filter((type) => type.category === category);
              if (own.length === 0) return null;
              return (
                <Command.Group key={category} heading={t(`canvas.category_${category}`)}>
                  {own.map(item)}
                </Command.Group>
              );
            })}
      </Command.List>
    </Command>
  );
}

/** The types that a search finds, the best first. */
function found(types: readonly NodeType[], search: string, category: (type: NodeType) => string): NodeType[] {
  const wanted = search.trim().toLowerCase();
  return types
    .map((type) => ({ type, score: score(type, wanted, category(type)) }))
    .filter((each) => each.score > 0)
    .sort((one, other) => other.score - one.score)
    .map(({ type }) => type);
}

/** The name counts most, what a type does least; letters that are only strewn about count nothing. */
function score(type: NodeType, wanted: string, category: string): number {
  const name = type.title.toLowerCase();
  if (name.startsWith(wanted) || type.type.startsWith(wanted)) return 4;
  if (name.split(/[\s/-]+/).some((word) => word.startsWith(wanted))) return 3;
  if (name.includes(wanted) || type.type.includes(wanted)) return 2;
  return `${type.description} ${category}`.toLowerCase().includes(wanted) ? 1 : 0;
}
