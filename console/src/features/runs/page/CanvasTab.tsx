import { useQuery } from "@tanstack/react-query";
import { Workflow } from "lucide-react";
import { useCallback, useEffect, useMemo } from "react";
import { api, call } from "@/api/client";
import { createEditor, EditorContext, NodeCatalog, normal, type NodeType, type WorkflowDocument } from "@/canvas";
import { withPlaces } from "@/canvas/operations/first-places";
import { Canvas } from "@/canvas/view/Canvas";
import { EmptyState, Skeleton } from "@/design";
import { useI18n } from "@/i18n";
import { useShowOnCanvas } from "../live/show-on-canvas";
import { placeToShow, splitPlace, type RunModel } from "../model";
import type { RunFacts } from "./use-run-facts";
import styles from "./RunPage.module.css";

interface CanvasTabProps {
  run: RunModel;
  facts: RunFacts;
  selected: string | undefined;
  onSelect: (place: string | undefined) => void;
}

/** The document that ran, with how its nodes went. */
export default function CanvasTab(props: CanvasTabProps) {
  const { t } = useI18n();
  const written = props.facts.document as WorkflowDocument | undefined;
  const placed = useQuery({
    queryKey: ["runs", "placed", written],
    queryFn: () => (written ? withPlaces(normal(written)) : null),
    enabled: written !== undefined,
    staleTime: Infinity,
    gcTime: 0,
    structuralSharing: false,
  });
  const document = placed.data;
  const catalog = useQuery({
    queryKey: ["runs", "catalog"],
    queryFn: async ({ signal }) => {
      const { items } = (await call(api.GET("/api/v1/node-types", { signal }))) as unknown as { items: NodeType[] };
      return new NodeCatalog(items);
    },
    staleTime: 300_000,
    structuralSharing: false,
  });
  if (props.facts.isDocumentMissing) return <EmptyState icon={Workflow} title={t("runs.noDocument")} isCompact />;
  if (!document || !catalog.data) return <Skeleton height="100%" />;
  return <Picture {...props} document={document} catalog={catalog.data} />;
}

function Picture({ run, selected, onSelect, document, catalog }: CanvasTabProps & { document: WorkflowDocument; catalog: NodeCatalog }) {
  const editor = useMemo(() => createEditor(document, catalog, true), [document, catalog]);
  const open = useCallback((node: string) => onSelect(placeToShow(run, node) ?? node), [run, onSelect]);
  useShowOnCanvas(run, editor.getState().document.edges, open);
  useEffect(
    () =>
      editor.subscribe((now, before) => {
        if (now.opened !== before.opened && now.opened !== null) open(now.opened);
      }),
    [editor, open],
  );
  useEffect(() => {
    const node = selected === undefined ? null : splitPlace(selected).node;
    const at = editor.getState();
    if (at.opened === node) return;
    editor.setState({ opened: node, selection: node === null ? [] : [node] });
  }, [editor, selected]);
  return (
    <div className={styles["canvas"]}>
      <EditorContext value={editor}>
        <Canvas onSearch={() => undefined} />
      </EditorContext>
    </div>
  );
}
