export type CodeLanguage = "text" | "json" | "yaml" | "bash" | "python" | "javascript";
export type PieceKind = "key" | "string" | "number" | "comment" | "keyword";

export interface Piece {
  kind?: PieceKind;
  text: string;
}

const STRINGS = String.raw`(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')`;
const NUMBER = String.raw`(?<number>(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))`;
const words = (list: string) => String.raw`(?<keyword>(?<![\w$.])(?:${list})(?![\w$]))`;

const GRAMMARS: Record<Exclude<CodeLanguage, "text">, RegExp> = {
  json: new RegExp([String.raw`(?<key>"(?:\\.|[^"\\\n])*"(?=\s*:))`, STRINGS, NUMBER, words("true|false|null")].join("|"), "g"),
  yaml: new RegExp(
    [String.raw`(?<comment>(?<!\S)#.*)`, String.raw`(?<key>(?<=^\s*(?:- )?)[\w.-]+(?=:(?:\s|$)))`, STRINGS, NUMBER, words("true|false|null")].join("|"),
    "gm",
  ),
  bash: new RegExp([String.raw`(?<comment>(?<!\S)#.*)`, STRINGS, words("curl|export|echo|skep|npm|pip")].join("|"), "g"),
  python: new RegExp(
    [
      String.raw`(?<comment>#.*)`,
      STRINGS,
      NUMBER,
      words("and|as|async|await|class|def|elif|else|except|False|for|from|if|import|in|is|None|not|or|raise|return|True|try|while|with|yield|print"),
    ].join("|"),
    "g",
  ),
  javascript: new RegExp(
    [
      String.raw`(?<comment>\/\/.*)`,
      "(?<string>\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])*'|`(?:\\\\.|[^`\\\\])*`)",
      NUMBER,
      words("async|await|break|case|catch|class|const|else|export|false|for|from|function|if|import|in|let|new|null|of|return|switch|this|throw|true|try|undefined|while"),
    ].join("|"),
    "g",
  ),
};

const MOST = 60_000;

/** Cuts code into pieces with a colour each. Long code stays plain, so that pages stay quick. */
export function highlight(code: string, language: CodeLanguage): Piece[] {
  if (language === "text" || code.length > MOST) return [{ text: code }];
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of code.matchAll(GRAMMARS[language])) {
    if (match.index > end) pieces.push({ text: code.slice(end, match.index) });
    const groups: Record<string, string | undefined> = match.groups ?? {};
    const kind = Object.keys(groups).find((name) => groups[name] !== undefined);
    pieces.push({ kind: kind as PieceKind, text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < code.length) pieces.push({ text: code.slice(end) });
  return pieces;
}
