/** Joins two changes of one text when they are apart; null when they touch the same part. */
export function mergeTexts(base: string, mine: string, theirs: string): string | null {
  const [own, other] = [changedPart(base, mine), changedPart(base, theirs)];
  if (own.end <= other.start && !(own.end === other.start && own.start === other.end)) {
    return base.slice(0, own.start) + own.text + base.slice(own.end, other.start) + other.text + base.slice(other.end);
  }
  if (other.end <= own.start && !(own.end === other.start && own.start === other.end)) {
    return base.slice(0, other.start) + other.text + base.slice(other.end, own.start) + own.text + base.slice(own.end);
  }
  return null;
}

interface Part {
  start: number;
  end: number;
  text: string;
}

/** Returns which part of `base` was replaced by what. */
function changedPart(base: string, next: string): Part {
  const shorter = Math.min(base.length, next.length);
  let start = 0;
  while (start < shorter && base[start] === next[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && base[base.length - 1 - tail] === next[next.length - 1 - tail]) tail += 1;
  return { start, end: base.length - tail, text: next.slice(start, next.length - tail) };
}
