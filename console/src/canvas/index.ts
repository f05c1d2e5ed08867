/** The workflow canvas: the document, what can be done to it, and how it is drawn. */
export * from "@/canvas/model/document";
export type { Issue } from "@/canvas/state/issues";
export { NodeCatalog, type NodeShape, type NodeType, type Output, type Shapes } from "@/canvas/model/node-types";
export { showRun, useNodeStatus, useRunStatus, type NodeRunState, type NodeStatus } from "@/canvas/state/run-status";
export { EditorContext, useEditor, useEditorParts, useEditorState, useNodeIssues } from "@/canvas/state/context";
export { createEditor, type Editor, type EditorState } from "@/canvas/state/editor-store";
export { NodeIcon } from "@/canvas/view/NodeIcon";
