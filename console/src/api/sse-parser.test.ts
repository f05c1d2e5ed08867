import { describe, expect, it } from "vitest";
import { EventParser } from "./sse-parser";

const STREAM =
  ': heartbeat\n\nid: 1-0\nevent: run.started\ndata: {"a":1}\n\nid: 1-5\nevent: answer.delta\ndata: line one\ndata: line two\n\n' +
  "data:no space\n\nevent: forgotten\n\n";

function all(pieces: string[]) {
  const parser = new EventParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

describe("event parser", () => {
  const expected = [
    { id: "1-0", name: "run.started", data: '{"a":1}' },
    { id: "1-5", name: "answer.delta", data: "line one\nline two" },
    { id: "1-5", name: "message", data: "no space" },
  ];

  it("reads a whole stream", () => {
    expect(all([STREAM])).toEqual(expected);
  });

  it("reads it however it is cut", () => {
    for (let size = 1; size < 9; size += 1) {
      const pieces = Array.from({ length: Math.ceil(STREAM.length / size) }, (_, n) => STREAM.slice(n * size, (n + 1) * size));
      expect(all(pieces)).toEqual(expected);
    }
  });

  it.each(["\r\n", "\r"])("reads other line ends", (end) => {
    const stream = STREAM.replaceAll("\n", end);
    for (const size of [1, 2, 3, 1000]) {
      const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, n) => stream.slice(n * size, (n + 1) * size));
      // A last lone CR may still be followed by LF, so the end is told by one more character.
      expect(all([...pieces, ":"])).toEqual(expected);
    }
  });

  it("passes over ids with NUL and fields it does not know", () => {
    expect(all(["id: a\0b\nretry: 10\nunknown\ndata: x\n\n"])).toEqual([{ id: "", name: "message", data: "x" }]);
  });
});
