import { parseInline, type Inline } from "@/design/display/markdown-inline";

export type { Inline } from "@/design/display/markdown-inline";

export type Block =
  | { kind: "paragraph"; content: Inline[] }
  | { kind: "heading"; level: number; content: Inline[] }
  | { kind: "code"; language: string; text: string }
  | { kind: "quote"; blocks: Block[] }
  | { kind: "list"; isOrdered: boolean; start: number; items: Block[][] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+-]*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/;
const QUOTE = /^ {0,3}>\s?/;
const ITEM = /^( {0,3})(?:([-*+])|(\d{1,9})[.)])(\s+|$)/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const DEEPEST = 12;

/** Reads the parts of CommonMark and of GitHub's tables that answers and descriptions use. */
export function parseMarkdown(text: string): Block[] {
  return parseLines(text.replaceAll("\r\n", "\n").split("\n"), 0);
}

function parseLines(lines: string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (line.trim() === "") {
      at += 1;
      continue;
    }
    const [block, next] = depth < DEEPEST ? parseBlock(lines, at, depth) : paragraph(lines, at);
    blocks.push(block);
    at = next;
  }
  return blocks;
}

type Parsed = [block: Block, next: number];

function parseBlock(lines: string[], at: number, depth: number): Parsed {
  const line = lines[at] ?? "";
  const fence = FENCE.exec(line);
  if (fence) return code(lines, at, fence[1] ?? "```", fence[2] ?? "");
  const heading = HEADING.exec(line);
  if (heading) {
    return [{ kind: "heading", level: (heading[1] ?? "#").length, content: parseInline(heading[2] ?? "") }, at + 1];
  }
  if (RULE.test(line)) return [{ kind: "rule" }, at + 1];
  if (QUOTE.test(line)) return quote(lines, at, depth);
  if (ITEM.test(line)) return list(lines, at, depth);
  if (line.includes("|") && TABLE_RULE.test(lines[at + 1] ?? "") && (lines[at + 1] ?? "").includes("-")) {
    return table(lines, at);
  }
  return paragraph(lines, at);
}

function code(lines: string[], at: number, fence: string, language: string): Parsed {
  let end = at + 1;
  while (end < lines.length && !(lines[end] ?? "").trimStart().startsWith(fence)) end += 1;
  return [{ kind: "code", language: language.toLowerCase(), text: lines.slice(at + 1, end).join("\n") }, end + 1];
}

function quote(lines: string[], at: number, depth: number): Parsed {
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end] ?? "")) end += 1;
  const inside = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  return [{ kind: "quote", blocks: parseLines(inside, depth + 1) }, end];
}

function list(lines: string[], at: number, depth: number): Parsed {
  const first = ITEM.exec(lines[at] ?? "");
  const isOrdered = first?.[3] !== undefined;
  const items: string[][] = [];
  let indent = 0;
  let end = at;
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? "";
    const item = ITEM.exec(line);
    if (item && (item[3] !== undefined) === isOrdered && (end === at || leading(line) < indent)) {
      indent = item[0].length;
      items.push([line.slice(indent)]);
    } else if (endsList(lines, end, indent)) {
      break;
    } else {
      items.at(-1)?.push(leading(line) >= indent ? line.slice(indent) : line.trimStart());
    }
  }
  const start = Number(first?.[3] ?? 1);
  return [{ kind: "list", isOrdered, start, items: items.map((item) => parseLines(item, depth + 1)) }, end];
}

/** Tells whether a line that begins no item of the list is outside of it. */
function endsList(lines: string[], at: number, indent: number): boolean {
  const line = lines[at] ?? "";
  if (line.trim() === "") {
    const next = lines[at + 1] ?? "";
    return leading(next) < indent && !ITEM.test(next);
  }
  if (leading(line) >= indent) return false;
  return [ITEM, HEADING, FENCE].some((pattern) => pattern.test(line)) || lines[at - 1]?.trim() === "";
}

function leading(line: string): number {
  return line.length - line.trimStart().length;
}

function table(lines: string[], at: number): Parsed {
  let end = at + 2;
  while (end < lines.length && (lines[end] ?? "").includes("|")) end += 1;
  const head = cells(lines[at] ?? "");
  const rows = lines.slice(at + 2, end).map((line) => {
    const row = cells(line);
    return head.map((_, column) => row[column] ?? []);
  });
  return [{ kind: "table", head, rows }, end];
}

function cells(line: string): Inline[][] {
  const inside = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inside.split(/(?<!\\)\|/).map((cell) => parseInline(cell.trim().replaceAll("\\|", "|")));
}

function paragraph(lines: string[], at: number): Parsed {
  let end = at + 1;
  while (end < lines.length && !endsParagraph(lines[end] ?? "")) end += 1;
  return [{ kind: "paragraph", content: parseInline(lines.slice(at, end).join("\n").trim()) }, end];
}

function endsParagraph(line: string): boolean {
  return line.trim() === "" || [FENCE, HEADING, QUOTE, ITEM].some((pattern) => pattern.test(line));
}
