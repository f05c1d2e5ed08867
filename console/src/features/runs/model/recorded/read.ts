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

/** What a real stack sent about a run, event by event. */
export function recorded(name: Recording): StreamEvent[] {
  const text = readFileSync(join(import.meta.dirname, `${name}.jsonl`), "utf-8");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => readEvent(JSON.parse(line) as ServerEvent));
}

export function recordedRun(name: Recording, upTo?: number): RunModel {
  return fold(EMPTY_RUN, recorded(name).slice(0, upTo));
}
