import type { ChunkSpec } from "../api/datasets";

export const DEFAULT_SPEC = { max_chars: 1000, overlap_chars: 100, separators: ["\n\n", "\n", ". ", "。", " "] };
export const LEAST_CHARS = 20;
export const MOST_CHARS = 32_000;
export const LEAST_TOKENS = 10;
export const MOST_TOKENS = 8_000;
export const CHUNKERS = ["general", "structure", "document"] as const;
export const RULES = ["collapse_whitespace", "remove_urls", "remove_emails", "remove_page_furniture"] as const;

export type Rule = (typeof RULES)[number];

/** The settings as they are typed. */
export interface SpecDraft {
  size: string;
  overlap: string;
  separators: string[];
  /** Empty for no limit. */
  tokens: string;
  clean: Rule[];
  hasChildren: boolean;
  childSize: string;
  childOverlap: string;
  /** Questions that a model writes for each chunk; 0 for none. */
  questions: number;
  /** What is kept of them as it is: the model, and what it is told. */
  asking: Omit<NonNullable<ChunkSpec["questions"]>, "count">;
  readsPictures: boolean;
  /** What is kept of that as it is. */
  seeing: NonNullable<ChunkSpec["pictures"]>;
}

export function draftOf(spec: ChunkSpec): SpecDraft {
  return {
    size: String(spec.max_chars ?? DEFAULT_SPEC.max_chars),
    overlap: String(spec.overlap_chars ?? DEFAULT_SPEC.overlap_chars),
    separators: spec.separators ?? DEFAULT_SPEC.separators,
    tokens: spec.max_tokens ? String(spec.max_tokens) : "",
    clean: spec.clean ?? [],
    hasChildren: Boolean(spec.children),
    childSize: String(spec.children?.max_chars ?? 250),
    childOverlap: String(spec.children?.overlap_chars ?? 0),
    questions: spec.questions ? (spec.questions.count ?? 3) : 0,
    asking: askingOf(spec.questions),
    readsPictures: Boolean(spec.pictures),
    seeing: spec.pictures ?? {},
  };
}

export type SpecFault = "size" | "overlap" | "tokens" | "childSize" | "childOverlap" | null;

/** What keeps a draft from being used. */
export function faultOf(draft: SpecDraft): SpecFault {
  const [size, overlap] = [wholeNumber(draft.size), wholeNumber(draft.overlap)];
  if (size === undefined || size < LEAST_CHARS || size > MOST_CHARS) return "size";
  if (overlap === undefined || overlap > Math.floor(size / 2)) return "overlap";
  const tokens = wholeNumber(draft.tokens);
  if (draft.tokens.trim() !== "" && (tokens === undefined || tokens < LEAST_TOKENS || tokens > MOST_TOKENS)) return "tokens";
  if (!draft.hasChildren) return null;
  const [childSize, childOverlap] = [wholeNumber(draft.childSize), wholeNumber(draft.childOverlap)];
  if (childSize === undefined || childSize < LEAST_CHARS || childSize >= size) return "childSize";
  return childOverlap === undefined || childOverlap > Math.floor(childSize / 2) ? "childOverlap" : null;
}

export function specOf(draft: SpecDraft): ChunkSpec {
  return {
    max_chars: Number(draft.size),
    overlap_chars: Number(draft.overlap),
    separators: draft.separators,
    max_tokens: draft.tokens.trim() === "" ? null : Number(draft.tokens),
    clean: draft.clean,
    children: draft.hasChildren ? { max_chars: Number(draft.childSize), overlap_chars: Number(draft.childOverlap) } : null,
    questions: draft.questions > 0 ? { ...draft.asking, count: draft.questions } : null,
    pictures: draft.readsPictures ? draft.seeing : null,
  };
}

function askingOf(questions: ChunkSpec["questions"]): SpecDraft["asking"] {
  if (!questions) return {};
  const { model, instruction } = questions;
  return { ...(model === undefined ? {} : { model }), ...(instruction === undefined ? {} : { instruction }) };
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : undefined;
}

/** Writes a separator so that it can be seen: `\n` for the end of a line, ␣ for a space. */
export function shownSeparator(separator: string): string {
  return separator.replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll(" ", "␣");
}

export function readSeparator(typed: string): string {
  return typed.replaceAll("\\n", "\n").replaceAll("\\t", "\t").replaceAll("␣", " ");
}
