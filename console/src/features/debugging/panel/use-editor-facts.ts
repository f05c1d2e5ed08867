import { useMemo } from "react";
import { useEditorState } from "@/canvas";
import { useNodeTypes, type RunDocument, type RunFacts } from "@/features/runs";

/** The draft as runs know documents. */
export function useEditorFacts(app: string): RunFacts {
  const draft = useEditorState((state) => state.document);
  const nodeTypes = useNodeTypes();
  return useMemo(() => {
    const document = draft as unknown as RunDocument;
    return {
      appId: app,
      appName: draft.app.name,
      mode: draft.app.mode ?? "workflow",
      document,
      isDocumentMissing: false,
      nodeTypes: nodeTypes.data,
      detail: undefined,
      titleOf: (node) => document.nodes[node]?.title || node,
      typeOf: (type) => nodeTypes.data?.titleOf(type) ?? type,
    };
  }, [app, draft, nodeTypes.data]);
}
