export interface Piece {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Beyond this many differences the rest is shown as replaced: nobody reads such a comparison word by word. */
const MOST_EDITS = 1_500;

/** What became of a text, in words. Joined, `same` and `removed` give the text before, `same` and `added` the one after. */
export function diffWords(before: string, after: string): Piece[] {
  return diff(words(before), words(after));
}

/** As `diffWords`, line by line: for values written as JSON. */
export function diffLines(before: string, after: string): Piece[] {
  return diff(lines(before), lines(after));
}

function words(text: string): string[] {
  // Where words are not set apart by spaces, every character counts as one.
  return text.match(/\s+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
}

function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The shortest way from one list to the other (Myers, 1986), after what both begin and end with. */
function diff(before: readonly string[], after: readonly string[]): Piece[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail += 1;
  }
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  return joined([
    ...before.slice(0, head).map(same),
    ...middle(old, now),
    ...before.slice(before.length - tail).map(same),
  ]);
}

function same(text: string): Piece {
  return { kind: "same", text };
}

function middle(before: readonly string[], after: readonly string[]): Piece[] {
  const trace: Int32Array[] = [];
  const size = Math.min(before.length + after.length, MOST_EDITS);
  const offset = size + 1;
  const reach = new Int32Array(2 * size + 3);
  for (let edits = 0; edits <= size; edits += 1) {
    trace.push(reach.slice());
    for (let lane = -edits; lane <= edits; lane += 2) {
      const isDown = lane === -edits || (lane !== edits && at(reach, offset + lane - 1) < at(reach, offset + lane + 1));
      let x = isDown ? at(reach, offset + lane + 1) : at(reach, offset + lane - 1) + 1;
      let y = x - lane;
      while (x < before.length && y < after.length && before[x] === after[y]) {
        x += 1;
        y += 1;
      }
      reach[offset + lane] = x;
      if (x >= before.length && y >= after.length) return walkBack({ before, after, trace, offset });
    }
  }
  return [
    { kind: "removed", text: before.join("") },
    { kind: "added", text: after.join("") },
  ];
}

interface Walk {
  before: readonly string[];
  after: readonly string[];
  trace: Int32Array[];
  offset: number;
}

function walkBack({ before, after, trace, offset }: Walk): Piece[] {
  const pieces: Piece[] = [];
  let x = before.length;
  let y = after.length;
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const reach = trace[edits] ?? new Int32Array();
    const lane = x - y;
    const isDown = lane === -edits || (lane !== edits && at(reach, offset + lane - 1) < at(reach, offset + lane + 1));
    const fromLane = isDown ? lane + 1 : lane - 1;
    const fromX = at(reach, offset + fromLane);
    const fromY = fromX - fromLane;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      pieces.push({ kind: "same", text: before[x] ?? "" });
    }
    if (edits === 0) break;
    if (isDown) pieces.push({ kind: "added", text: after[fromY] ?? "" });
    else pieces.push({ kind: "removed", text: before[fromX] ?? "" });
    x = fromX;
    y = fromY;
  }
  return pieces.reverse();
}

function at(numbers: Int32Array, index: number): number {
  return numbers[index] ?? 0;
}

function joined(pieces: Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (last?.kind === piece.kind) last.text += piece.text;
    else if (piece.text) result.push({ ...piece });
  }
  return result;
}
