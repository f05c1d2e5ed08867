import type { Connection, FinalConnectionState, IsValidConnection, OnConnectEnd, OnConnectStart } from "@xyflow/react";
import { useCallback } from "react";
import { connect, possibleTargets, type End } from "@/canvas/operations/edges";
import { useEditor } from "@/canvas/state/context";
import type { CanvasEdge } from "@/canvas/view/projection";

/** Drawing edges: where they may end is known from the beginning; let go over nothing, a node is added there. */
export function useConnecting(toFlow: (at: { x: number; y: number }) => { x: number; y: number }) {
  const editor = useEditor();

  const onConnectStart: OnConnectStart = useCallback(
    (_, { nodeId, handleId, handleType }) => {
      const { document, catalog, shapes, isReadOnly } = editor.getState();
      if (nodeId === null || handleId === null || handleType !== "source" || isReadOnly) return;
      const source: End = { node: nodeId, port: handleId };
      editor.setState({ connecting: { source, targets: possibleTargets(document, { catalog, shapes }, source) }, adding: null });
    },
    [editor],
  );

  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => {
      editor.edit((document) => connect(document, { node: source, port: sourceHandle ?? "out" }, target));
    },
    [editor],
  );

  const onConnectEnd: OnConnectEnd = useCallback(
    (event, state: FinalConnectionState) => {
      const { connecting } = editor.getState();
      editor.setState({ connecting: null });
      if (!connecting || state.isValid) return;
      const point = "changedTouches" in event ? event.changedTouches[0] : event;
      if (!point) return;
      const under = document.elementFromPoint(point.clientX, point.clientY);
      const over = under?.closest(".react-flow__node")?.getAttribute("data-id");
      const isContainer = over !== undefined && over !== null && editor.getState().catalog.roleOf(editor.getState().document.nodes[over]) === "container";
      if (over && connecting.targets.has(over)) {
        editor.edit((draft) => connect(draft, connecting.source, over));
      } else if ((!over || isContainer) && under?.closest(".react-flow")) {
        const { x, y } = toFlow({ x: point.clientX, y: point.clientY });
        editor.setState({
          adding: { at: [x, y - 26], screen: { x: point.clientX, y: point.clientY }, source: connecting.source },
        });
      }
    },
    [editor, toFlow],
  );

  const isValidConnection: IsValidConnection<CanvasEdge> = useCallback(
    ({ target }) => editor.getState().connecting?.targets.has(target) ?? false,
    [editor],
  );

  return { onConnectStart, onConnect, onConnectEnd, isValidConnection };
}
