import { describe, expect, it } from "vitest";
import { fold } from "./fold";
import { isLogEvent, type StreamEvent } from "./events";
import { recorded, recordedRun, type Recording } from "./recorded/read";
import { activeMs, EMPTY_RUN, runTotals, type RunModel } from "./run-model";

const ALL: Recording[] = [
  "approved-reply",
  "fork",
  "office-agent",
  "parcel-status",
  "savings-plan",
  "trip-notes",
  "worker-lost",
];

function upTo(name: Recording, isIt: (event: StreamEvent) => boolean): RunModel {
  const events = recorded(name);
  return fold(EMPTY_RUN, events.slice(0, events.findIndex(isIt) + 1));
}

describe("every recorded run", () => {
  it.each(ALL)("%s comes to the same one by one and at once", (name) => {
    const events = recorded(name);
    const oneByOne = events.reduce((run, event) => fold(run, [event]), EMPTY_RUN);
    expect(oneByOne).toEqual(fold(EMPTY_RUN, events));
  });

  it.each(ALL)("%s takes events twice without harm", (name) => {
    const events = recorded(name).filter(isLogEvent);
    const once = fold(EMPTY_RUN, events);
    expect(fold(once, events)).toEqual(once);
  });

  it.each(ALL)("%s leaves nothing under way at its end", (name) => {
    const run = recordedRun(name);
    for (const node of run.nodes.values()) {
      expect(["succeeded", "failed", "skipped", "dropped"]).toContain(node.status);
      for (const span of node.spans) expect(span.toMs).toBeGreaterThanOrEqual(span.fromMs);
      for (const round of node.rounds) expect(round.status).not.toBe("running");
    }
    expect(run.waits.size).toBe(0);
  });

  it.each(ALL)("%s does not change what was folded before", (name) => {
    const events = recorded(name);
    const half = fold(EMPTY_RUN, events.slice(0, events.length / 2));
    const before = structuredClone(half);
    fold(half, events);
    expect(half).toEqual(before);
  });

  it.each(ALL)("%s ends with the answer of its log", (name) => {
    const run = recordedRun(name);
    const last = run.log.at(-1);
    if (last?.type === "run.succeeded") expect(run.answer).toBe(last.answer ?? "");
  });
});

describe("a run that succeeds", () => {
  const run = recordedRun("trip-notes");

  it("knows how it ended and what it took", () => {
    expect(run.status).toBe("succeeded");
    expect(Object.keys(run.outputs ?? {})).toEqual(["guide", "notes", "usage"]);
    expect(runTotals(run)).toMatchObject({ inputTokens: 124, outputTokens: 124, calls: 5, costUsd: 0 });
    expect(activeMs(run, 0)).toBe(5196);
  });

  it("keeps nodes of rounds apart by their place", () => {
    expect(run.nodes.get("each")?.rounds.map((round) => round.status)).toEqual(Array(4).fill("succeeded"));
    expect(run.nodes.get("each:2/count")?.outputs).toEqual({ words: 15 });
    expect(run.nodes.get("each:2/count")?.logs).toEqual(["counting"]);
  });

  it("shows attempts, the time between them, and what stood in at last", () => {
    const weather = run.nodes.get("weather");
    expect(weather?.spans.map((span) => span.kind)).toEqual(["running", "retrying", "running", "retrying", "running"]);
    expect(weather?.spans[0]?.problem?.code).toBe("provider_failed");
    expect(weather).toMatchObject({ status: "failed", handling: "defaults", attempt: 3 });
    expect(weather?.outputs).toMatchObject({ body: "unknown" });
  });
});

describe("a run that fails", () => {
  it("names the node and the problem", () => {
    const run = recordedRun("parcel-status");
    expect(run).toMatchObject({ status: "failed", failedPlace: "carrier" });
    expect(run.problem?.detail).toContain("127.0.0.1");
  });
});

describe("a run that waits", () => {
  it("shows the form, and lets it go when it is answered", () => {
    const paused = upTo("approved-reply", (event) => event.type === "run.paused");
    expect(paused.status).toBe("paused");
    expect(paused.nodes.get("review")?.status).toBe("waiting");
    expect(paused.waits.get("review")).toMatchObject({ place: "review", number: 7, wait: { kind: "form" } });
    const resumed = upTo("approved-reply", (event) => event.type === "run.resumed");
    expect(resumed.status).toBe("running");
    expect(resumed.waits.size).toBe(0);
    expect(resumed.nodes.get("review")?.spans.map((span) => span.kind)).toEqual(["running", "waiting", "running"]);
  });

  it("does not count pauses as time", () => {
    const run = recordedRun("worker-lost");
    const whole = (run.endedMs ?? 0) - (run.startedMs ?? 0);
    expect(whole - activeMs(run, 0)).toBeGreaterThan(19_000);
  });

  it("stays paused while an operator holds it", () => {
    const held: StreamEvent[] = [
      ...recorded("approved-reply").slice(0, 7),
      { type: "run.paused", run_id: "r", number: 8, at_ms: 9, waits: { "": { kind: "hold" } } },
      { type: "run.resumed", run_id: "r", number: 9, at_ms: 10, node: "review", answer: {} },
    ];
    expect(fold(EMPTY_RUN, held).status).toBe("paused");
    const on: StreamEvent = { type: "run.resumed", run_id: "r", number: 10, at_ms: 11, node: "" };
    expect(fold(EMPTY_RUN, [...held, on]).status).toBe("running");
  });
});

describe("a run whose worker is lost", () => {
  it("goes on, and says what was begun again", () => {
    const run = recordedRun("worker-lost");
    expect(run.takeovers).toMatchObject([{ epoch: 2, repeated: ["tell"] }]);
    expect(run.nodes.get("tell")).toMatchObject({ repeats: 1, status: "succeeded" });
  });

  it("takes text back that is written anew", () => {
    const run = upTo("worker-lost", (event) => event.type === "answer.reset");
    expect(run.answer).toBe("# bees\n\n");
  });
});

describe("a fork", () => {
  it("knows what was served from the record", () => {
    const run = recordedRun("fork");
    expect(run.started?.origin).toMatchObject({ live: ["guide"] });
    const reused = [...run.nodes.values()].filter((node) => node.reused);
    expect(reused).toHaveLength(8);
    expect(runTotals(run).calls).toBe(1);
  });
});

describe("the answer", () => {
  const text = (offset: number, words: string): StreamEvent => ({ type: "answer.delta", offset, text: words });

  it("counts code points, as the gateway does", () => {
    const run = fold(EMPTY_RUN, [text(0, "🐝🐝"), text(2, " hum"), { type: "answer.reset", offset: 1 }, text(1, "!")]);
    expect(run.answer).toBe("🐝!");
    expect(run.answerLength).toBe(2);
  });

  it("leaves out a piece whose beginning is missing", () => {
    expect(fold(EMPTY_RUN, [text(5, "late")]).answer).toBe("");
  });
});
