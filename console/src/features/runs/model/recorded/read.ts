import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerEvent } from "@/api/sse";
import { fold } from "../fold";
import { readEvent, type StreamEvent } from "../events";
import { EMPTY_RUN, type RunModel } from "../run-model";

export type Recording =
  | "approved-reply"
  | "fork"
  | "office-agent"
  | "parcel-status"
  | "savings-plan"
  | "trip-notes"
  | "worker-lost";

function serverEvents(name: Recording): ServerEvent[] {
  const text = readFileSync(join(import.meta.dirname, `${name}.jsonl`), "utf-8");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ServerEvent);
}

/** What a real stack sent about a run, event by event. */
export function recorded(name: Recording): StreamEvent[] {
  return serverEvents(name).map(readEvent);
}

/** The same as it goes over the wire. Cut short, the stream stays open. */
export function recordedStream(name: Recording, upTo?: number): Response {
  const events = serverEvents(name).slice(0, upTo);
  const text = events.map(({ id, name: type, data }) => `id: ${id}\nevent: ${type}\ndata: ${data}\n\n`).join("");
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      if (upTo === undefined) controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

export function recordedRun(name: Recording, upTo?: number): RunModel {
  return fold(EMPTY_RUN, recorded(name).slice(0, upTo));
}
