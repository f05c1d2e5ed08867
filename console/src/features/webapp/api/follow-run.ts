import { asProblem, type ApiProblem } from "@/api/problem";
import type { SiteClient } from "./site-client";
import type { Order, SiteEvent, SiteRun } from "./types";

/** How a run goes, as the page shows it. `refused`: it never began. `lost`: nobody knows it any more. */
export type Progress = SiteRun["status"] | "sending" | "reconnecting" | "refused" | "lost";

/** Why a run did not begin. */
export interface Refusal {
  kind: "rate" | "offline" | "closed" | "forgotten" | "other";
  /** What the gateway said, where there is nothing better to say. */
  text: string;
  /** When trying again makes sense, in milliseconds since 1970. */
  retryAt?: number;
}

export interface RunState {
  progress: Progress;
  answer: string;
  runId?: string;
  conversationId?: string;
  outputs?: Record<string, unknown>;
  formUrl?: string | undefined;
  refusal?: Refusal;
}

export interface Following {
  client: SiteClient;
  /** What is to be run; left out for a run that was begun before, whose id is in `state`. */
  order?: Order;
  state: RunState;
  onChange: (state: RunState) => void;
  signal: AbortSignal;
  /** The wait before the n-th question in a row (from 0), in milliseconds. */
  pauseMs?: (attempt: number) => number;
}

export const isGoing = (progress: Progress): boolean =>
  progress === "sending" || progress === "running" || progress === "reconnecting";

const usualPauseMs = (attempt: number): number => Math.min(800 * 1.5 ** attempt, 5_000);
/** Somebody fills in a form meanwhile. */
const WAITING_MS = 4_000;

/** Runs an app and tells how it goes until it has ended, also over a connection that breaks. */
export async function followRun(following: Following): Promise<RunState> {
  const told = new Told(following);
  const { order, signal } = following;
  if (order) {
    try {
      for await (const event of following.client.start(order, signal)) told.take(event);
    } catch (error) {
      if (!signal.aborted && told.state.runId === undefined) told.change({ progress: "refused", refusal: refusalOf(asProblem(error)) });
    }
    if (!signal.aborted && told.state.runId === undefined && told.state.progress !== "refused") {
      told.change({ progress: "refused", refusal: { kind: "offline", text: "" } });
    }
  }
  if (isGoing(told.state.progress) || told.state.progress === "waiting") await askUntilEnded(following, told);
  return told.state;
}

async function askUntilEnded({ client, signal, pauseMs = usualPauseMs }: Following, told: Told): Promise<void> {
  const { runId } = told.state;
  if (runId === undefined) return;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      const run = await client.run(runId, signal);
      told.takeRun(run);
      if (run.status !== "running" && run.status !== "waiting") return;
    } catch (error) {
      if (isAborted(signal)) return;
      const { status } = asProblem(error);
      if (status === 404 || status === 401) {
        told.change({ progress: "lost" });
        return;
      }
      if (told.state.progress !== "waiting") told.change({ progress: "reconnecting" });
    }
    await sleep(told.state.progress === "waiting" ? WAITING_MS : pauseMs(attempt), signal);
  }
}

/** What was heard so far. Offsets count code points, as the gateway does. */
class Told {
  state: RunState;
  private length: number;

  constructor(private readonly following: Following) {
    this.state = following.state;
    this.length = Array.from(this.state.answer).length;
  }

  change(change: Partial<RunState>): void {
    this.state = { ...this.state, ...change };
    this.following.onChange(this.state);
  }

  take(event: SiteEvent): void {
    switch (event.name) {
      case "run": {
        const { id, conversation_id: conversation } = event.data;
        this.change({ progress: "running", runId: id, ...(conversation === null ? {} : { conversationId: conversation }) });
        return;
      }
      case "text":
        this.write(event.data.offset, event.data.text);
        return;
      case "reset":
        this.write(event.data.offset, "");
        return;
      case "end":
        this.takeRun(event.data);
    }
  }

  takeRun(run: SiteRun): void {
    const answer = run.answer ?? (run.status === "succeeded" ? "" : this.state.answer);
    this.length = Array.from(answer).length;
    this.change({
      progress: run.status,
      answer,
      runId: run.id,
      outputs: run.outputs,
      ...(run.conversation_id ? { conversationId: run.conversation_id } : {}),
      formUrl: run.form_url ?? undefined,
    });
  }

  private write(offset: number, text: string): void {
    const before = offset < this.length ? Array.from(this.state.answer).slice(0, offset).join("") : this.state.answer;
    const answer = before + text;
    this.length = Math.min(offset, this.length) + Array.from(text).length;
    this.change({ answer });
  }
}

function refusalOf(problem: ApiProblem): Refusal {
  if (problem.status === 429) {
    return { kind: "rate", text: "", retryAt: Date.now() + 1000 * Math.max(1, Math.ceil(problem.retryAfterS ?? 10)) };
  }
  if (problem.isUnreachable || problem.status === 502 || problem.status === 503 || problem.status === 504) {
    return { kind: "offline", text: "" };
  }
  if (problem.code === "unknown_conversation") return { kind: "forgotten", text: "" };
  if (problem.code === "unknown_site") return { kind: "closed", text: "" };
  return { kind: "other", text: problem.errors[0]?.message ?? problem.detail };
}

/** Asked after a wait, where the compiler still believes what was asked before it. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done, { once: true });
  });
}
