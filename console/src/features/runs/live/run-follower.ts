import { asProblem, type ApiProblem } from "@/api/problem";
import { followEvents, type FollowOptions, type StreamState } from "@/api/sse";
import { EMPTY_RUN, fold, isTerminal, readEvent, type RunModel, type StreamEvent } from "../model";

export interface FollowedRun {
  run: RunModel;
  state: StreamState;
  /** Why the stream cannot be followed; what was read before stays. */
  problem?: ApiProblem;
}

const BEGINNING: FollowedRun = { run: EMPTY_RUN, state: "connecting" };
/** Events are taken in together so often: as quick as eyes, and a long log is no thousand renderings. */
const TOGETHER_MS = 32;

type Follow = (options: FollowOptions) => Promise<void>;

/** Follows one run for all who look at it; it begins with the first and ends after the last. */
export class RunFollower {
  private followed = BEGINNING;
  private pending: StreamEvent[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stream: AbortController | undefined;
  private lastEventId = "";
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly runId: string,
    private readonly follow: Follow = followEvents,
  ) {}

  readonly current = (): FollowedRun => this.followed;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    // What was given up before may be there by now.
    if (this.followed.problem && this.listeners.size === 1) this.retry();
    else if (!this.stream && this.followed.state !== "ended") this.open();
    return () => {
      this.listeners.delete(listener);
      // A page that is drawn anew comes back at once.
      setTimeout(() => {
        if (this.listeners.size === 0) this.close();
      }, 1000);
    };
  };

  /** Opens the stream again after it was given up. */
  readonly retry = (): void => {
    this.close();
    this.open();
  };

  private open(): void {
    const stream = new AbortController();
    this.stream = stream;
    this.followed = { run: this.followed.run, state: "connecting" };
    void this.follow({
      url: `/api/v1/runs/${this.runId}/events`,
      lastEventId: this.lastEventId,
      signal: stream.signal,
      onEvent: (event) => {
        if (event.id) this.lastEventId = event.id;
        this.pending.push(readEvent(event));
        this.timer ??= setTimeout(() => this.flush(), TOGETHER_MS);
      },
      isLast: isTerminal,
      onState: (state) => {
        if (!stream.signal.aborted) this.change({ state });
      },
    })
      .catch((error: unknown) => this.change({ problem: asProblem(error), state: "ended" }))
      .finally(() => this.flush());
  }

  private close(): void {
    this.flush();
    this.stream?.abort();
    this.stream = undefined;
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending.length === 0) return;
    const events = this.pending;
    this.pending = [];
    this.change({ run: fold(this.followed.run, events) });
  }

  private change(change: Partial<FollowedRun>): void {
    if (change.state === "ended") this.flush();
    this.followed = { ...this.followed, ...change };
    for (const listener of this.listeners) listener();
  }
}
