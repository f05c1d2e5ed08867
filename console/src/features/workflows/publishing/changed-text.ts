export interface Piece {
  kind: "same" | "removed" | "added";
  text: string;
}

const AROUND = 60;

/** Shows what was replaced in a text, with a little of what is around it. */
export function mergeView(before: string, after: string): Piece[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  // Whole words are easier to read than parts of them.
  while (start > 0 && /\S/.test(after[start - 1] ?? "") && /\S/.test(before[start - 1] ?? "")) start -= 1;
  while (tail > 0 && /\S/.test(after[after.length - tail] ?? "")) tail -= 1;
  const head = before.slice(0, start);
  const end = after.slice(after.length - tail);
  const pieces: Piece[] = [
    { kind: "same", text: head.length > AROUND ? `…${head.slice(-AROUND)}` : head },
    { kind: "removed", text: before.slice(start, before.length - tail) },
    { kind: "added", text: after.slice(start, after.length - tail) },
    { kind: "same", text: end.length > AROUND ? `${end.slice(0, AROUND)}…` : end },
  ];
  return pieces.filter((piece) => piece.text !== "");
}
