/** The kinds of values that can be typed; a list or anything else is kept as it is. */
export const KINDS = ["string", "number", "boolean"] as const;
export type Kind = (typeof KINDS)[number] | "other";

/** A field as it stands in the form. */
export interface FieldDraft {
  /** Tells rows apart while their names change. */
  key: number;
  name: string;
  kind: Kind;
  /** What is typed; of a boolean "true" or "false"; of others their JSON. */
  text: string;
  kept?: unknown;
}

export type FieldFault = "noName" | "twice" | "noNumber" | null;

let count = 0;

export function emptyField(): FieldDraft {
  count += 1;
  return { key: count, name: "", kind: "string", text: "" };
}

export function draftsOf(metadata: Record<string, unknown>): FieldDraft[] {
  return Object.entries(metadata).map(([name, value]) => ({ ...emptyField(), name, ...shown(value) }));
}

function shown(value: unknown): Pick<FieldDraft, "kind" | "text" | "kept"> {
  if (typeof value === "string") return { kind: "string", text: value };
  if (typeof value === "number") return { kind: "number", text: String(value) };
  if (typeof value === "boolean") return { kind: "boolean", text: String(value) };
  return { kind: "other", text: JSON.stringify(value), kept: value };
}

/** What stands in the way of a field. */
export function faultIn(draft: FieldDraft, all: readonly FieldDraft[]): FieldFault {
  if (draft.name.trim() === "") return "noName";
  if (all.some((other) => other !== draft && other.name.trim() === draft.name.trim())) return "twice";
  if (draft.kind === "number" && (draft.text.trim() === "" || !Number.isFinite(Number(draft.text)))) return "noNumber";
  return null;
}

export function valueOf(draft: FieldDraft): unknown {
  switch (draft.kind) {
    case "string":
      return draft.text;
    case "number":
      return Number(draft.text);
    case "boolean":
      return draft.text === "true";
    case "other":
      return draft.kept;
  }
}

/** The fields to send: what is new or different, and null for what is gone. Nothing when all is as before. */
export function changesIn(before: Record<string, unknown>, drafts: readonly FieldDraft[]): Record<string, unknown> | undefined {
  const after = Object.fromEntries(drafts.map((draft) => [draft.name.trim(), valueOf(draft)]));
  const changes: Record<string, unknown> = {};
  for (const name of Object.keys(before)) if (!Object.hasOwn(after, name)) changes[name] = null;
  for (const [name, value] of Object.entries(after)) {
    if (!Object.hasOwn(before, name) || JSON.stringify(before[name]) !== JSON.stringify(value)) changes[name] = value;
  }
  return Object.keys(changes).length > 0 ? changes : undefined;
}
