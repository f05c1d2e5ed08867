import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** CodeMirror in the colours of the console; they follow the theme by themselves. */
export const theme = [
  EditorView.theme({
    "&": { color: "var(--text)", backgroundColor: "transparent", fontSize: "12.5px" },
    "&.cm-focused": { outline: "none" },
    ".cm-content": { padding: "5px 0", caretColor: "var(--text)", fontFamily: "inherit" },
    ".cm-scroller": { fontFamily: "inherit", lineHeight: "1.55", overflow: "auto" },
    ".cm-line": { padding: "0 10px" },
    ".cm-cursor": { borderLeftColor: "var(--text)" },
    "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
      background: "color-mix(in srgb, var(--accent) 30%, transparent) !important",
    },
    ".cm-placeholder": { color: "var(--text-faint)" },
    ".cm-gutters": { background: "transparent", border: "none", color: "var(--text-faint)", fontSize: "11px" },
    ".cm-activeLineGutter": { background: "transparent", color: "var(--text-muted)" },
    ".cm-reference": {
      padding: "1px 3px",
      margin: "0 -1px",
      borderRadius: "4px",
      background: "var(--accent-soft)",
      color: "var(--accent-text)",
      fontFamily: "var(--mono)",
      fontSize: "11.5px",
    },
    ".cm-reference-unknown": {
      background: "var(--failed-soft)",
      color: "var(--failed)",
      textDecoration: "underline wavy color-mix(in srgb, var(--failed) 60%, transparent)",
      textUnderlineOffset: "3px",
    },
    ".cm-tooltip": {
      border: "1px solid var(--border-strong)",
      borderRadius: "8px",
      background: "var(--bg-raised)",
      boxShadow: "var(--shadow-menu)",
      overflow: "hidden",
      zIndex: "var(--layer-menu)",
    },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "12px", maxHeight: "240px", padding: "4px" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { display: "flex", gap: "12px", padding: "4px 8px", borderRadius: "4px", lineHeight: "1.5" },
    ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--bg-active)", color: "var(--text)" },
    ".cm-completionLabel": { flex: "1" },
    ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent-text)" },
    ".cm-completionDetail": { marginLeft: "auto", color: "var(--text-faint)", fontStyle: "normal", fontSize: "11px" },
    ".cm-completionInfo": { padding: "6px 10px", maxWidth: "260px", color: "var(--text-muted)", fontSize: "12px", fontFamily: "var(--font)" },
    ".cm-matchingBracket": { background: "var(--bg-active) !important", outline: "none" },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--syntax-keyword)" },
      { tag: [tags.string, tags.special(tags.string)], color: "var(--syntax-string)" },
      { tag: [tags.number, tags.bool, tags.null], color: "var(--syntax-number)" },
      { tag: [tags.comment], color: "var(--syntax-comment)", fontStyle: "italic" },
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--syntax-key)" },
      { tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))], color: "var(--syntax-number)" },
    ]),
  ),
];
