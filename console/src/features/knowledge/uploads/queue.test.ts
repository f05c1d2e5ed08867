import { describe, expect, it, vi } from "vitest";
import { AT_ONCE, createUploadQueue, MOST_BYTES, type SendOptions } from "./queue";

interface Sending {
  file: File;
  options: SendOptions;
  done: (result: string) => void;
  fail: (error: unknown) => void;
}

function queue() {
  const sendings: Sending[] = [];
  const made = createUploadQueue<string>(
    (_, file, options) =>
      new Promise((done, fail) => {
        options.signal.addEventListener("abort", () => fail(new DOMException("", "AbortError")));
        sendings.push({ file, options, done, fail });
      }),
  );
  const states = () => made.store.getState().uploads.map(({ state }) => state);
  return { ...made, sendings, states };
}

const files = (count: number) => Array.from({ length: count }, (_, index) => new File(["x"], `${index}.md`));
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("a line of uploads", () => {
  it("sends a few at once, and the next when one is through", async () => {
    const { add, sendings, states } = queue();
    add("a", files(5));
    expect(sendings).toHaveLength(AT_ONCE);
    expect(states()).toEqual(["sending", "sending", "sending", "waiting", "waiting"]);

    sendings[1]?.done("one");
    await settle();

    expect(sendings).toHaveLength(4);
    expect(states()).toEqual(["sending", "done", "sending", "sending", "waiting"]);
  });

  it("goes on after one that failed, which can be sent again", async () => {
    const { add, retry, sendings, states, store } = queue();
    add("a", files(4));
    sendings[0]?.fail(new Error("no"));
    await settle();
    expect(states()).toEqual(["failed", "sending", "sending", "sending"]);
    sendings[1]?.done("one");
    await settle();

    retry(store.getState().uploads[0]?.id ?? 0);
    expect(sendings.at(-1)?.file.name).toBe("0.md");
    sendings.at(-1)?.done("zero");
    await settle();

    expect(states()).toEqual(["done", "done", "sending", "sending"]);
  });

  it("tells how far one is", () => {
    const { add, sendings, store } = queue();
    add("a", files(1));
    sendings[0]?.options.onProgress(30, 120);
    expect(store.getState().uploads[0]?.share).toBe(0.25);
  });

  it("sends nothing that is empty or too large", () => {
    const { add, sendings, states, store } = queue();
    const huge = new File(["x"], "huge.pdf");
    vi.spyOn(huge, "size", "get").mockReturnValue(MOST_BYTES + 1);
    add("a", [new File([], "empty.md"), huge]);

    expect(sendings).toHaveLength(0);
    expect(states()).toEqual(["failed", "failed"]);
    expect(store.getState().uploads.map(({ fault }) => fault)).toEqual(["empty", "tooLarge"]);
  });

  it("stops what is taken out, of one group alone", async () => {
    const { add, clear, sendings, states } = queue();
    add("a", files(2));
    add("b", files(2));
    clear("a");
    await settle();

    expect(sendings.slice(0, 2).every(({ options }) => options.signal.aborted)).toBe(true);
    expect(states()).toEqual(["sending", "sending"]);
  });
});
