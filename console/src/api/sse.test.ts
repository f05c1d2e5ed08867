import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "./problem";
import { followEvents, type ServerEvent, type StreamState } from "./sse";

type Step = Response | Error | ((signal: AbortSignal) => Promise<Response>);

function stream(text: string, { isCut = false } = {}): Response {
  const pieces = [new TextEncoder().encode(text)];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift();
      if (piece) controller.enqueue(piece);
      else if (isCut) controller.error(new TypeError("network error"));
      else controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

function problem(status: number, code: string): Response {
  return new Response(JSON.stringify({ status, code, title: code, detail: code }), { status });
}

/** Answers one step a request; gives the `Last-Event-ID`s it was sent. */
function serve(...steps: Step[]): (string | null)[] {
  const asked: (string | null)[] = [];
  vi.stubGlobal("fetch", (request: Request) => {
    asked.push(request.headers.get("last-event-id"));
    const step = steps.shift();
    if (!step) throw new Error("nobody expected this request");
    if (step instanceof Error) return Promise.reject(step);
    return typeof step === "function" ? step(request.signal) : Promise.resolve(step);
  });
  return asked;
}

async function follow(options: { lastEventId?: string; silenceMs?: number; signal?: AbortSignal } = {}) {
  const events: ServerEvent[] = [];
  const states: StreamState[] = [];
  await followEvents({
    url: "/api/v1/runs/run_1/events",
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    isLast: (event) => event.name === "run.succeeded",
    backoffMs: () => 1,
    signal: new AbortController().signal,
    ...options,
  });
  return { data: events.map((event) => event.data), states };
}

const LAST = "id: 9-0\nevent: run.succeeded\ndata: end\n\n";

afterEach(() => vi.unstubAllGlobals());

describe("followEvents", () => {
  it("reads to the last event and not on", async () => {
    const asked = serve(stream(`id: 1-0\ndata: a\n\n${LAST}`));

    const { data, states } = await follow();

    expect(data).toEqual(["a", "end"]);
    expect(states).toEqual(["connecting", "live", "ended"]);
    expect(asked).toEqual([null]);
  });

  it("goes on where it was cut off", async () => {
    const asked = serve(
      stream("id: 1-0\ndata: a\n\nid: 1-4\ndata: b\n\nid: 1-9\nda", { isCut: true }),
      new TypeError("Failed to fetch"),
      problem(503, "shutting_down"),
      stream(`id: 1-9\ndata: c\n\n${LAST}`),
    );

    const { data, states } = await follow();

    expect(data).toEqual(["a", "b", "c", "end"]);
    expect(asked).toEqual([null, "1-4", "1-4", "1-4"]);
    expect(states.filter((state) => state === "waiting")).toHaveLength(3);
  });

  it("opens again when the gateway ends the stream before the run", async () => {
    const asked = serve(stream("id: 3-0\ndata: a\n\n"), stream(LAST));

    expect((await follow({ lastEventId: "2-7" })).data).toEqual(["a", "end"]);
    expect(asked).toEqual(["2-7", "3-0"]);
  });

  it("gives up on what will not go away", async () => {
    serve(problem(404, "not_found"));

    await expect(follow()).rejects.toMatchObject({ status: 404, code: "not_found" });
  });

  it("takes a problem in the stream as its end", async () => {
    serve(stream('event: problem\ndata: {"status": 413, "code": "too_large", "detail": "d", "title": "t"}\n\n'));

    await expect(follow()).rejects.toBeInstanceOf(ApiProblem);
  });

  it("takes silence for a lost connection", async () => {
    const never = (signal: AbortSignal) =>
      new Promise<Response>((_, reject) => {
        signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      });
    serve(never, stream(LAST));

    expect((await follow({ silenceMs: 5 })).data).toEqual(["end"]);
  });

  it("ends quietly when nobody wants it any more", async () => {
    const controller = new AbortController();
    serve((signal) => {
      const pending = new Promise<Response>((_, reject) => {
        signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      });
      setTimeout(() => controller.abort(), 2);
      return pending;
    });

    expect((await follow({ signal: controller.signal })).data).toEqual([]);
  });
});
