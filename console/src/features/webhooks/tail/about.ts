import type { Tone } from "@/design";
import type { TailEvent } from "./use-tail";

const TONES: Record<string, Tone> = {
  succeeded: "succeeded",
  indexed: "succeeded",
  failed: "failed",
  tripped: "failed",
  paused: "paused",
  cancelled: "cancelled",
  deleted: "cancelled",
  removed: "cancelled",
  began: "running",
  resumed: "running",
};

export function toneOf({ type }: TailEvent): Tone {
  return TONES[type.split(".")[1] ?? ""] ?? "neutral";
}

/** What an event is about, in few words; an app is told by its name where that is known. */
export function aboutOf({ data }: TailEvent, nameOf: (app: string) => string | undefined): string {
  const text = (name: string) => (typeof data[name] === "string" ? data[name] : "");
  const app = text("app_id");
  const model = text("model");
  const problem = data["problem"];
  const parts = [
    text("name") || (app && (nameOf(app) ?? app)),
    model && `${text("provider")}/${model}`.replace(/^\//, ""),
    typeof data["number"] === "number" ? `#${data["number"]}` : "",
    text("node"),
    isProblem(problem) ? problem.detail : text("reason"),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** The page of what an event is about. */
export function linkOf({ type, data }: TailEvent): { to: string; id: string } | null {
  const [noun] = type.split(".");
  const id = (name: string) => (typeof data[name] === "string" && data[name] !== "" ? data[name] : null);
  const run = id("run_id");
  if (run) return { to: `/runs/${run}`, id: run };
  const [dataset, document] = [id("dataset_id"), id("document_id")];
  if (noun === "document" && dataset && document) return { to: `/knowledge/${dataset}/documents/${document}`, id: document };
  const app = id("app_id");
  return noun === "app" && app ? { to: `/apps/${app}`, id: app } : null;
}

function isProblem(value: unknown): value is { detail: string } {
  return typeof value === "object" && value !== null && "detail" in value && typeof value.detail === "string";
}
