import { NodeResizer, type NodeProps } from "@xyflow/react";
import { Plus } from "lucide-react";
import { memo } from "react";
import { CONTAINER_HEAD, EMPTY_CONTAINER } from "@/canvas/model/geometry";
import { resize } from "@/canvas/operations/placing";
import { useEditor, useEditorState } from "@/canvas/state/context";
import { useNodeStatus } from "@/canvas/state/run-status";
import { NodeIcon } from "@/canvas/view/NodeIcon";
import { IssueMark, StatusMark } from "@/canvas/view/NodeMarks";
import { InPort, OutPort } from "@/canvas/view/Port";
import type { ContainerNode as FlowContainer } from "@/canvas/view/projection";
import { useTargetState } from "@/canvas/view/StepNode";
import { classes } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./Node.module.css";

/** A node that repeats those inside of it. */
export const ContainerNode = memo(function ContainerNode({ id, data, selected }: NodeProps<FlowContainer>) {
  const { t } = useI18n();
  const editor = useEditor();
  const { node, type, ports, hasTarget } = data;
  const status = useNodeStatus(id);
  const target = useTargetState(id);
  const isEmpty = useEditorState(({ document }) => !Object.values(document.nodes).some((other) => other.parent === id));
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  return (
    <div
      className={classes(styles["node"], styles["container"])}
      data-selected={selected || undefined}
      data-status={status?.state}
      data-target={target}
      title={node.note}
    >
      {selected && !isReadOnly && (
        <NodeResizer
          minWidth={EMPTY_CONTAINER[0]}
          minHeight={EMPTY_CONTAINER[1] - 60}
          handleClassName="canvas-resize-handle"
          lineClassName="canvas-resize-line"
          onResizeEnd={(_, { x, y, width, height }) => {
            const outer = node.parent === undefined ? [0, 0] : (editor.getState().document.layout[node.parent] ?? [0, 0]);
            editor.edit((document) => resize(document, id, [x + (outer[0] ?? 0), y + (outer[1] ?? 0)], [width, height]));
          }}
        />
      )}
      {hasTarget && <InPort top={CONTAINER_HEAD / 2} />}
      <div className={classes(styles["head"], styles["containerHead"], "container-head")}>
        <NodeIcon type={type} size={24} />
        <div className={styles["names"]}>
          <span className={styles["title"]}>{node.title || type?.title || node.type}</span>
        </div>
        <span className={styles["id"]}>{id}</span>
        <IssueMark id={id} />
        <StatusMark id={id} status={status} />
      </div>
      {isEmpty && (
        <div className={styles["empty"]}>
          <button
            type="button"
            className={classes(styles["addInside"], "nodrag")}
            disabled={isReadOnly}
            onClick={(event) => {
              editor.setState({ adding: { parent: id, screen: { x: event.clientX, y: event.clientY } } });
            }}
          >
            <Plus size={14} aria-hidden /> {t("canvas.addInside")}
          </button>
        </div>
      )}
      {ports.map((port, index) => (
        <OutPort key={port} node={id} port={port} top={CONTAINER_HEAD / 2 + 26 * index} />
      ))}
    </div>
  );
});
