import { useEffect, useRef, useState } from "react";
import { asProblem, type ApiProblem } from "@/api/problem";
import { followEvents, type StreamState } from "@/api/sse";

export interface TailEvent {
  /** Its place in the stream. */
  seq: string;
  id: string;
  type: string;
  time: string;
  data: Record<string, unknown>;
}

export interface TailFilter {
  kinds: readonly string[];
  app: string;
  from: "now" | "start";
}

const MOST = 500;
const PACE_MS = 200;

/** The last events that fit, the newest first, as they come. Changing the filter takes a new component. */
export function useTail({ kinds, app, from }: TailFilter) {
  const [events, setEvents] = useState<readonly TailEvent[]>([]);
  const [held, setHeld] = useState(0);
  const [state, setState] = useState<StreamState>("connecting");
  const [error, setError] = useState<ApiProblem | null>(null);
  const [isPaused, setIsPaused] = useState(false);
  const [round, setRound] = useState(0);
  const waiting = useRef<TailEvent[]>([]);
  const kind = kinds.join(",");

  useEffect(() => {
    const controller = new AbortController();
    const query = new URLSearchParams({ from, ...(kind ? { kind } : {}), ...(app ? { app } : {}) });
    followEvents({
      url: `/api/v1/events?${query}`,
      signal: controller.signal,
      onState: setState,
      onEvent: ({ id, data }) => {
        const event = JSON.parse(data) as Omit<TailEvent, "seq">;
        waiting.current = [{ ...event, seq: id }, ...waiting.current].slice(0, MOST);
      },
    }).catch((caught: unknown) => setError(asProblem(caught)));
    return () => controller.abort();
  }, [kind, app, from, round]);

  useEffect(() => {
    // Many come at once when a stream is read from its start: they are shown together.
    const timer = setInterval(() => {
      const news = waiting.current;
      if (isPaused) setHeld(news.length);
      if (isPaused || news.length === 0) return;
      waiting.current = [];
      setHeld(0);
      setEvents((before) => [...news, ...before].slice(0, MOST));
    }, PACE_MS);
    return () => clearInterval(timer);
  }, [isPaused]);

  return {
    events,
    held: isPaused ? held : 0,
    state,
    error,
    isPaused,
    setIsPaused,
    clear: () => setEvents([]),
    retry: () => {
      setError(null);
      setRound((before) => before + 1);
    },
  };
}
