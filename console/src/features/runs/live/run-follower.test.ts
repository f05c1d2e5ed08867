import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/api/problem";
import type { FollowOptions } from "@/api/sse";
import { RunFollower } from "./run-follower";

const started = { id: "1-0", name: "run.started", data: '{"run_id":"r","number":1,"at_ms":5,"inputs":{}}' };
const text = { id: "1-2-aa", name: "answer.delta", data: '{"offset":0,"text":"hi"}' };
const ended = { id: "2-2-aa", name: "run.succeeded", data: '{"number":2,"at_ms":9,"outputs":{},"answer":"hi"}' };

interface Stage {
  follower: RunFollower;
  opened: FollowOptions[];
  fail: (error: unknown) => void;
}

function stage(): Stage {
  const opened: FollowOptions[] = [];
  let fail: Stage["fail"] = () => undefined;
  const follower = new RunFollower("r", (options) => {
    opened.push(options);
    return new Promise((_, reject) => {
      fail = reject;
    });
  });
  return { follower, opened, fail: (error) => fail(error) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("RunFollower", () => {
  it("takes events in together", () => {
    const { follower, opened } = stage();
    const heard = vi.fn();
    follower.subscribe(heard);
    opened[0]?.onEvent(started);
    opened[0]?.onEvent(text);
    expect(heard).not.toHaveBeenCalled();
    vi.advanceTimersByTime(50);
    expect(heard).toHaveBeenCalledTimes(1);
    expect(follower.current().run).toMatchObject({ status: "running", answer: "hi" });
  });

  it("has everything when it says that the run has ended", () => {
    const { follower, opened } = stage();
    follower.subscribe(() => undefined);
    for (const event of [started, text, ended]) opened[0]?.onEvent(event);
    opened[0]?.onState?.("ended");
    expect(follower.current()).toMatchObject({ state: "ended", run: { status: "succeeded" } });
  });

  it("goes on where it was when somebody looks again", () => {
    const { follower, opened } = stage();
    const leave = follower.subscribe(() => undefined);
    opened[0]?.onEvent(started);
    opened[0]?.onEvent(text);
    leave();
    vi.advanceTimersByTime(2000);
    expect(opened[0]?.signal.aborted).toBe(true);
    follower.subscribe(() => undefined);
    expect(opened[1]?.lastEventId).toBe("1-2-aa");
    expect(follower.current().run.answer).toBe("hi");
  });

  it("keeps the stream while somebody else looks", () => {
    const { follower, opened } = stage();
    const leave = follower.subscribe(() => undefined);
    follower.subscribe(() => undefined);
    leave();
    vi.advanceTimersByTime(2000);
    expect(opened).toHaveLength(1);
    expect(opened[0]?.signal.aborted).toBe(false);
  });

  it("keeps what it has when the stream is given up, and can try again", async () => {
    const { follower, opened, fail } = stage();
    follower.subscribe(() => undefined);
    opened[0]?.onEvent(started);
    fail(new ApiProblem({ status: 410, code: "log_expired" }));
    await vi.advanceTimersByTimeAsync(50);
    expect(follower.current()).toMatchObject({ state: "ended", problem: { code: "log_expired" }, run: { status: "running" } });
    follower.retry();
    expect(opened).toHaveLength(2);
    expect(follower.current().problem).toBeUndefined();
  });
});
