import { useCallback, useMemo } from "react";
import { useEditor, useEditorParts, useNodeIssues } from "@/canvas";
import { renamePort } from "@/canvas/operations/edges";
import { setSetting } from "@/canvas/operations/nodes";
import { variablesAt, type VariableGroup } from "@/canvas/operations/scope";
import { valueAt } from "@/canvas/model/json";
import { Callout } from "@/design";
import { useI18n } from "@/i18n";
import { FormContext, type Form, type Path } from "./form-context";
import { StructFields } from "./StructFields";

/** The settings of a node, drawn from what its type declares. */
export function NodeForm({ id }: { id: string }) {
  const { t } = useI18n();
  const editor = useEditor();
  const { node, type, isReadOnly } = useEditorParts(({ document, catalog, isReadOnly: readOnly }) => {
    const found = document.nodes[id];
    return { node: found, type: found && catalog.of(found), isReadOnly: readOnly };
  });
  const issues = useNodeIssues(id);
  const variablesFor = useVariables(id);
  const set = useCallback(
    (path: Path, value: unknown) => {
      const { shapes } = editor.getState();
      editor.edit(
        (document) => {
          const before = valueAt(document.nodes[id]?.settings, path);
          const next = setSetting(document, id, path, value);
          // A way out that is called otherwise keeps its edges.
          const isPort = path.at(-1) === "id" && typeof before === "string" && typeof value === "string" && shapes[id]?.ports?.includes(before);
          return isPort ? renamePort(next, id, before, value) : next;
        },
        { group: `${id}/${path.join("/")}` },
      );
    },
    [editor, id],
  );
  const form = useMemo<Form>(
    () => ({ node: id, isReadOnly, rawFields: type?.raw_fields ?? [], variablesFor, issues, set }),
    [id, isReadOnly, type, variablesFor, issues, set],
  );
  if (!node) return null;
  if (!type) return <Callout tone="danger">{t("canvas.notInstalled", { type: node.type })}</Callout>;
  return (
    <FormContext value={form}>
      <StructFields schema={type.settings} path={[]} value={node.settings ?? {}} />
    </FormContext>
  );
}

/** What texts of a node may refer to, by setting; the same lists as long as nothing about them changes. */
function useVariables(id: string): (field: string) => readonly VariableGroup[] {
  const { document, catalog, shapes } = useEditorParts((state) => ({
    document: state.document,
    catalog: state.catalog,
    shapes: state.shapes,
  }));
  const { nodes, edges, environment, conversation, app } = document;
  const type = nodes[id] && catalog.of(nodes[id]);
  const graph = useMemo(() => ({ ...document, nodes, edges, environment, conversation, app }), [nodes, edges, environment, conversation, app]); // eslint-disable-line react-hooks/exhaustive-deps -- where things stand means nothing here
  return useMemo(() => {
    const inner = type?.inner_fields ?? [];
    const common = variablesAt(graph, { catalog, shapes }, id);
    const inside = inner[0] === undefined ? common : variablesAt(graph, { catalog, shapes }, id, inner[0]);
    return (field: string) => (inner.includes(field) ? inside : common);
  }, [graph, catalog, shapes, id, type]);
}
