import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { listsPorts, NODE_HEAD, portOffset } from "@/canvas/model/geometry";
import type { NodeType } from "@/canvas/model/node-types";
import { useEditorState } from "@/canvas/state/context";
import { useNodeStatus } from "@/canvas/state/run-status";
import { useIsFar } from "@/canvas/view/distance";
import { NodeIcon } from "@/canvas/view/NodeIcon";
import { IssueMark, StatusMark } from "@/canvas/view/NodeMarks";
import { InPort, OutPort } from "@/canvas/view/Port";
import { portLabel } from "@/canvas/view/port-label";
import type { StepNode as FlowStep } from "@/canvas/view/projection";
import { classes } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./Node.module.css";

/** One step of the workflow: its sign, its name, its ports. */
export const StepNode = memo(function StepNode({ id, data, selected }: NodeProps<FlowStep>) {
  const { t } = useI18n();
  const { node, type, ports, hasTarget } = data;
  const status = useNodeStatus(id);
  const target = useTargetState(id);
  const isFar = useIsFar();
  if (isFar) return <FarNode type={type} isSelected={selected} status={status?.state} target={target} />;
  return (
    <div
      className={styles["node"]}
      data-selected={selected || undefined}
      data-status={status?.state}
      data-target={target}
      title={node.note}
    >
      {hasTarget && <InPort top={NODE_HEAD / 2} />}
      <div className={styles["head"]}>
        <NodeIcon type={type} />
        <div className={styles["names"]}>
          <span className={styles["title"]}>{node.title || type?.title || node.type}</span>
          <span className={styles["id"]}>{type ? id : t("canvas.notInstalled", { type: node.type })}</span>
        </div>
        <IssueMark id={id} />
        <StatusMark id={id} status={status} />
      </div>
      {listsPorts(ports) && (
        <ul className={styles["ports"]}>
          {ports.map((port) => (
            <li key={port} data-failed={port === "failed" || undefined}>
              {portLabel(node, port, t)}
            </li>
          ))}
        </ul>
      )}
      {ports.map((port, index) => (
        <OutPort key={port} node={id} port={port} top={portOffset(ports, index)} />
      ))}
    </div>
  );
});

/** From afar: a box in the colour of its category. */
function FarNode(props: { type: NodeType | undefined; isSelected: boolean; status: string | undefined; target: string | undefined }) {
  return (
    <div
      className={classes(styles["node"], styles["far"])}
      data-category={props.type?.category ?? "unknown"}
      data-selected={props.isSelected || undefined}
      data-status={props.status}
      data-target={props.target}
    />
  );
}

/** While a connection is drawn: whether it may end here. */
export function useTargetState(id: string): "valid" | "invalid" | undefined {
  return useEditorState(({ connecting }) => {
    if (!connecting || connecting.source.node === id) return undefined;
    return connecting.targets.has(id) ? "valid" : "invalid";
  });
}
