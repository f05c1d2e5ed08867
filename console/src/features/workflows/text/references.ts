import { autocompletion, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { Facet, RangeSetBuilder, type Extension } from "@codemirror/state";
import { Decoration, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from "@codemirror/view";
import { segments } from "@/canvas/model/references";
import { typeOfPath, type VariableGroup } from "@/canvas/operations/scope";

/** The variables that a text may refer to. */
export const variables = Facet.define<readonly VariableGroup[], readonly VariableGroup[]>({
  combine: (values) => values[0] ?? [],
});

const KNOWN = Decoration.mark({ class: "cm-reference" });
const UNKNOWN = Decoration.mark({ class: "cm-reference cm-reference-unknown" });
/** Places that a prompt of a model may hold without being references. */
const SLOTS = /\{\{\s*(?:context|memory)\s*\}\}/g;

function decorate(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const text = view.state.doc.toString();
  const groups = view.state.facet(variables);
  const found: { from: number; to: number; mark: Decoration }[] = [];
  for (const part of segments(text)) {
    if (!("reference" in part)) continue;
    const { root, path } = part.reference;
    const isKnown = typeOfPath(groups, [root, ...path]) !== undefined;
    found.push({ from: part.from, to: part.to, mark: isKnown ? KNOWN : UNKNOWN });
  }
  for (const match of text.matchAll(SLOTS)) found.push({ from: match.index, to: match.index + match[0].length, mark: KNOWN });
  for (const { from, to, mark } of found.sort((one, other) => one.from - other.from)) builder.add(from, to, mark);
  return builder.finish();
}

const marks = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = decorate(view);
    }
    update(update: ViewUpdate) {
      const isOther = update.startState.facet(variables) !== update.state.facet(variables);
      if (update.docChanged || isOther) this.decorations = decorate(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function complete(context: CompletionContext): CompletionResult | null {
  const before = context.matchBefore(/\{\{[^{}\n]*/);
  if (!before) return null;
  const from = before.from + 2 + (/^\{\{\s*/.exec(before.text)?.[0].length ?? 2) - 2;
  const after = context.state.sliceDoc(context.pos, context.pos + 2);
  const options: Completion[] = context.state.facet(variables).flatMap((group, rank) =>
    group.variables.map((variable) => ({
      label: variable.path,
      detail: variable.type,
      ...(variable.description ? { info: variable.description } : {}),
      boost: -rank,
      apply: (view: EditorView, _completion: Completion, start: number, end: number) => {
        const closing = after === "}}" ? "" : "}}";
        const insert = variable.path + closing;
        const cursor = start + insert.length + (closing ? 0 : 2);
        view.dispatch({ changes: { from: start, to: end, insert }, selection: { anchor: cursor } });
      },
    })),
  );
  return { from, options, validFor: /^[\w.-]*$/ };
}

/** Marks references in a text, and completes them after `{{`. */
export function references(): Extension {
  return [marks, autocompletion({ override: [complete], icons: false, activateOnTyping: true })];
}
