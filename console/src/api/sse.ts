import { send } from "@/api/client";
import { ApiProblem, asProblem, type Problem } from "@/api/problem";
import { EventParser, type ServerEvent } from "@/api/sse-parser";

export type { ServerEvent } from "@/api/sse-parser";
export type StreamState = "connecting" | "live" | "waiting" | "ended";

export interface FollowOptions {
  /** Where to read from. A stream that was begun elsewhere (a POST) gives `lastEventId` to go on. */
  url: string;
  lastEventId?: string;
  onEvent: (event: ServerEvent) => void;
  /** Tells that this event is the last: the stream is not opened again after it. */
  isLast?: (event: ServerEvent) => boolean;
  onState?: (state: StreamState) => void;
  signal: AbortSignal;
  /** Heartbeats come every 15 s; after this long without one the connection is taken for dead. */
  silenceMs?: number;
  /** The wait before the n-th attempt in a row (from 1), in milliseconds. */
  backoffMs?: (attempt: number) => number;
}

const WORTH_RETRYING = new Set([0, 408, 429, 502, 503, 504]);

/** Half a second, doubled up to ten, and up to a quarter more so that not everybody comes at once. */
export function usualBackoffMs(attempt: number): number {
  return Math.min(500 * 2 ** (attempt - 1), 10_000) * (1 + Math.random() / 4);
}

/**
 * Follows a stream of server-sent events to its end, through lost connections and restarts of the gateway: each
 * time it goes on after the last event it has seen. Resolves at the last event or when `signal` aborts; rejects
 * with the `ApiProblem` that will not go away by itself.
 */
export async function followEvents(options: FollowOptions): Promise<void> {
  const { signal, onState, backoffMs = usualBackoffMs } = options;
  const reader = new Reader(options);
  for (let attempt = 0; !signal.aborted; attempt = reader.hasHeard ? 1 : attempt + 1) {
    onState?.(attempt === 0 ? "connecting" : "waiting");
    if (attempt > 0) await sleep(backoffMs(attempt), signal);
    try {
      if (await reader.read()) {
        onState?.("ended");
        return;
      }
    } catch (error) {
      const problem = asProblem(error);
      if (isAborted(signal)) return;
      if (!WORTH_RETRYING.has(problem.status)) throw problem;
    }
  }
}

/** Asked after a wait, where the compiler still believes what was asked before it. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Reads one connection after the other, and remembers what it has seen. */
class Reader {
  /** Whether the last connection brought an event. */
  hasHeard = false;
  private lastEventId: string;

  constructor(private readonly options: FollowOptions) {
    this.lastEventId = options.lastEventId ?? "";
  }

  /** Reads until the connection ends; tells whether the stream has ended with it. */
  async read(): Promise<boolean> {
    const { onEvent, onState, isLast } = this.options;
    this.hasHeard = false;
    for await (const event of openStream(this.options, this.lastEventId, () => onState?.("live"))) {
      this.hasHeard = true;
      throwProblem(event);
      if (event.id) this.lastEventId = event.id;
      onEvent(event);
      if (isLast?.(event)) return true;
    }
    return false;
  }
}

function throwProblem(event: ServerEvent): void {
  if (event.name === "problem") throw new ApiProblem(JSON.parse(event.data) as Problem);
}

async function* openStream(
  options: FollowOptions,
  lastEventId: string,
  onOpen: () => void,
): AsyncGenerator<ServerEvent, void, undefined> {
  const silence = new Watchdog(options.silenceMs ?? 45_000);
  const signal = AbortSignal.any([options.signal, silence.signal]);
  try {
    const headers = new Headers({ Accept: "text/event-stream" });
    if (lastEventId) headers.set("Last-Event-ID", lastEventId);
    const response = await send(options.url, { headers, signal });
    onOpen();
    yield* readEvents(response, () => silence.pet());
  } catch (error) {
    if (silence.signal.aborted && !options.signal.aborted) throw new ApiProblem({ status: 0, code: "silent" });
    if (error instanceof TypeError) throw new ApiProblem({ status: 0, code: "broken_off" });
    throw error;
  } finally {
    silence.stop();
  }
}

/** Yields the events of an answer as they come; also for streams that a POST has begun. */
export async function* readEvents(
  response: Response,
  onPiece: () => void = () => undefined,
): AsyncGenerator<ServerEvent, void, undefined> {
  if (!response.body) return;
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      onPiece();
      yield* parser.push(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

class Watchdog {
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout>;

  constructor(private readonly afterMs: number) {
    this.timer = this.begin();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  pet(): void {
    clearTimeout(this.timer);
    this.timer = this.begin();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private begin(): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.controller.abort(), this.afterMs);
  }
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
