export type Inline =
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "strong" | "emphasis" | "strike"; content: Inline[] }
  | { kind: "link"; url: string; content: Inline[] }
  | { kind: "break" };

// Every repetition has an end, so that no text, however hostile, takes long to read.
const PIECE = new RegExp(
  [
    String.raw`\\(?<escaped>[\\\`*_{}[\]()#+\-.!~|<>])`,
    "(?<ticks>`+)(?<code>[^]*?[^`])\\k<ticks>(?!`)",
    String.raw`!?\[(?<label>[^[\]\n]{0,500})\]\((?<url>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+"[^"\n]*")?\)`,
    String.raw`<(?<auto>https?:\/\/[^\s<>]+)>`,
    String.raw`(?<bare>https?:\/\/[^\s<>()]*[^\s<>().,:;!?"'\]])`,
    String.raw`(?<strong>\*\*|__)(?=\S)(?<bold>[^]{0,1000}?\S)\k<strong>`,
    String.raw`(?<![\w*_])(?<em>[*_])(?=[^\s*_])(?<italic>[^*_\n]{0,1000}?[^\s*_])\k<em>(?![\w])`,
    String.raw`~~(?=\S)(?<strike>[^]{0,1000}?\S)~~`,
    String.raw`(?<hard>(?<! ) {2,200}|\\)\n`,
  ].join("|"),
  "g",
);
const DEEPEST = 6;

/** Reads emphasis, code, links. Whatever is none of these stays the text it is. */
export function parseInline(text: string, depth = 0): Inline[] {
  if (depth > DEEPEST) return [{ kind: "text", text }];
  const parts: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(PIECE)) {
    if (match.index > end) parts.push({ kind: "text", text: text.slice(end, match.index) });
    parts.push(piece(match.groups ?? {}, match[0], depth));
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return parts;
}

function piece(found: Record<string, string | undefined>, whole: string, depth: number): Inline {
  if (found["escaped"] !== undefined) return { kind: "text", text: found["escaped"] };
  if (found["code"] !== undefined) return { kind: "code", text: found["code"].trim() };
  if (found["url"] !== undefined) return link(found["url"], found["label"] ?? "", whole, depth);
  const address = found["auto"] ?? found["bare"];
  if (address !== undefined) return { kind: "link", url: address, content: [{ kind: "text", text: address }] };
  if (found["bold"] !== undefined) return { kind: "strong", content: parseInline(found["bold"], depth + 1) };
  if (found["italic"] !== undefined) return { kind: "emphasis", content: parseInline(found["italic"], depth + 1) };
  if (found["strike"] !== undefined) return { kind: "strike", content: parseInline(found["strike"], depth + 1) };
  return { kind: "break" };
}

function link(url: string, label: string, whole: string, depth: number): Inline {
  const safe = safeUrl(url);
  if (safe === null) return { kind: "text", text: whole };
  return { kind: "link", url: safe, content: parseInline(label || url, depth + 1) };
}

/** Returns an address that a click may open: the web, mail, or a place on this page; null otherwise. */
export function safeUrl(url: string): string | null {
  if (/^(?:https?:\/\/|mailto:)/i.test(url)) return url;
  if (/^#/.test(url) || /^\/(?![/\\])/.test(url)) return url;
  return null;
}
