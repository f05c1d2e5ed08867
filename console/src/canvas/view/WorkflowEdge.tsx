import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from "@xyflow/react";
import { Plus } from "lucide-react";
import { memo } from "react";
import { useEditor, useEditorState } from "@/canvas/state/context";
import { useRunStatus } from "@/canvas/state/run-status";
import { useIsFar } from "@/canvas/view/distance";
import type { CanvasEdge } from "@/canvas/view/projection";
import { classes } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./WorkflowEdge.module.css";

/** A way that control takes. Under the pointer it offers to put a node into it. */
export const WorkflowEdge = memo(function WorkflowEdge(props: EdgeProps<CanvasEdge>) {
  const { t } = useI18n();
  const editor = useEditor();
  const isNear = useEditorState((state) => state.hoveredEdge === props.id);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const isTaken = useRunStatus((store) => store.taken.has(props.id));
  const isFar = useIsFar();
  const isFailure = props.data?.port === "failed";
  const [path, x, y] = getBezierPath({ ...props, curvature: 0.32 });
  return (
    <>
      <BaseEdge
        path={path}
        interactionWidth={isFar ? 0 : 18}
        className={classes(
          styles["edge"],
          isFailure && styles["failure"],
          isTaken && styles["taken"],
          isNear && styles["near"],
          props.selected && styles["selected"],
        )}
      />
      {(isNear || props.selected) && !isReadOnly && (
        <EdgeLabelRenderer>
          <button
            type="button"
            className={classes(styles["insert"], "nodrag nopan")}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            aria-label={t("canvas.insertHere")}
            title={t("canvas.insertHere")}
            onMouseEnter={() => editor.setState({ hoveredEdge: props.id })}
            onMouseLeave={() => editor.setState({ hoveredEdge: null })}
            onClick={(event) => {
              event.stopPropagation();
              editor.setState({ adding: { screen: { x: event.clientX + 8, y: event.clientY + 8 }, edge: props.id } });
            }}
          >
            <Plus size={12} strokeWidth={2.5} aria-hidden />
          </button>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
