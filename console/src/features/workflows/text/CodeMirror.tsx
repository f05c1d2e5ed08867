import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { Compartment, EditorState, Transaction, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder as placeholderText } from "@codemirror/view";
import { getNonce } from "get-nonce";
import { useEffect, useRef } from "react";
import type { TextEditorProps, TextLanguage } from "./TextEditor";
import { references, variables as variablesFacet } from "./references";
import { theme } from "./theme";
import styles from "./TextEditor.module.css";

const LANGUAGES: Record<TextLanguage, () => Extension> = {
  prompt: references,
  template: () => [],
  python: () => [python(), lineNumbers(), bracketMatching(), indentOnInput(), closeBrackets()],
  javascript: () => [javascript(), lineNumbers(), bracketMatching(), indentOnInput(), closeBrackets()],
  json: () => [json(), bracketMatching(), closeBrackets()],
  yaml: () => [yaml(), lineNumbers()],
};

/** The editor itself; in a bundle of its own, see `TextEditor`. */
export default function CodeMirror(props: TextEditorProps) {
  const { value, language, variables } = props;
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  const compartments = useRef({ language: new Compartment(), variables: new Compartment(), writable: new Compartment() });
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const parent = box.current;
    if (!parent) return;
    const { language: first, isSingleLine, placeholder, label } = latest.current;
    const parts = compartments.current;
    const editor = new EditorView({
      parent,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          // Its style sheet is an element of the page, which the gateway's content policy asks a nonce of.
          EditorView.cspNonce.of(getNonce() ?? ""),
          history(),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap, ...(isCode(first) ? [indentWithTab] : [])]),
          parts.language.of(LANGUAGES[first]()),
          parts.variables.of(variablesFacet.of(latest.current.variables ?? [])),
          parts.writable.of(EditorState.readOnly.of(latest.current.isReadOnly ?? false)),
          EditorView.contentAttributes.of({
            "aria-label": label,
            ...(latest.current.describedBy ? { "aria-describedby": latest.current.describedBy } : {}),
          }),
          EditorView.lineWrapping,
          theme,
          placeholder ? placeholderText(placeholder) : [],
          isSingleLine ? oneLine : [],
          EditorView.updateListener.of((update) => {
            const isOurs = update.transactions.some((transaction) => transaction.annotation(Transaction.remote));
            if (update.docChanged && !isOurs) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    latest.current.onReady?.({
      insert: (text) => {
        editor.dispatch(editor.state.replaceSelection(text));
        editor.focus();
      },
      focus: () => editor.focus(),
    });
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    // Changes from elsewhere (undo, another person) keep the cursor where it can stay.
    editor.dispatch({ changes: changeTo(editor.state.doc.toString(), value), annotations: Transaction.remote.of(true) });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({ effects: compartments.current.variables.reconfigure(variablesFacet.of(variables ?? [])) });
  }, [variables]);
  useEffect(() => {
    view.current?.dispatch({ effects: compartments.current.language.reconfigure(LANGUAGES[language]()) });
  }, [language]);
  useEffect(() => {
    view.current?.dispatch({ effects: compartments.current.writable.reconfigure(EditorState.readOnly.of(props.isReadOnly ?? false)) });
  }, [props.isReadOnly]);
  return <div ref={box} className={styles["box"]} data-language={language} />;
}

function isCode(language: TextLanguage): boolean {
  return language !== "prompt" && language !== "template";
}

const oneLine = EditorState.transactionFilter.of((transaction) => (transaction.newDoc.lines > 1 ? [] : transaction));

/** The smallest change from one text to another. */
function changeTo(before: string, after: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { from: start, to: before.length - tail, insert: after.slice(start, after.length - tail) };
}
