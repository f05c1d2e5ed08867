export interface Piece {
  text: string;
  isHit: boolean;
}

const WORD = /[\p{L}\p{N}]/u;
// Scripts that write no spaces: there a word may begin anywhere.
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** The words of a query, longest first, each once. */
export function wordsOf(query: string): string[] {
  const segments = new Intl.Segmenter(undefined, { granularity: "word" }).segment(query.toLowerCase());
  const words = [...segments].filter(({ isWordLike, segment }) => isWordLike && WORD.test(segment)).map(({ segment }) => segment);
  // A lone letter marks half of a text, a lone Chinese character is a word.
  const useful = words.filter((word) => word.length > 1 || UNSPACED.test(word) || /\p{N}/u.test(word));
  return [...new Set(useful)].sort((one, other) => other.length - one.length);
}

/** Cuts a text where words of the query begin, so that they can be marked. */
export function highlight(text: string, words: readonly string[]): Piece[] {
  if (words.length === 0) return [{ text, isHit: false }];
  const pattern = words.map((word) => (UNSPACED.test(word) ? escaped(word) : `(?<![\\p{L}\\p{N}])${escaped(word)}[\\p{L}\\p{N}]{0,3}(?![\\p{L}\\p{N}])`));
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(new RegExp(pattern.join("|"), "giu"))) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), isHit: false });
    pieces.push({ text: match[0], isHit: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isHit: false });
  return pieces;
}

function escaped(word: string): string {
  return word.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
