import type { ObjectSchema, SchemaValues } from "@/design";
import { titleOf } from "./address";
import { layoutOf, type Block, type Way } from "./layouts";

/** What is typed into the form of a toolkit. */
export interface Draft {
  name: string;
  values: SchemaValues;
  /** The way that is chosen, by the id of its block. */
  ways: Readonly<Record<string, string>>;
}

/** What the gateway holds already: nothing of a toolkit that is not set up yet. */
export interface Held {
  values: SchemaValues;
  /** Of what is not shown: how it ends, or how it begins. */
  hints: Readonly<Record<string, string>>;
}

export const NOTHING: Held = { values: {}, hints: {} };
const CUT = 200;
const NAME = /^[a-z0-9](?:[a-z0-9]|[-_](?![_-])){0,30}(?<![-_])$/;

export function isName(name: string): boolean {
  return NAME.test(name);
}

/** Returns what is known of a toolkit from its hints: open settings are whole, secrets are not. */
export function heldOf(schema: ObjectSchema, hints: Readonly<Record<string, string>>): Held {
  const values: SchemaValues = {};
  const kept: Record<string, string> = {};
  for (const [name, hint] of Object.entries(hints)) {
    const property = schema.properties?.[name];
    const isWhole = property && !property.writeOnly && hint.length < CUT && !hint.startsWith("…");
    if (!isWhole) kept[name] = hint;
    else if (property.type === "string") values[name] = hint;
    else values[name] = parse(hint);
  }
  return { values, hints: kept };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Returns the way of a block that is chosen: by hand, by what is held, or the first. */
export function wayOf(block: { id: string; ways: readonly Way[] }, draft: Draft, held: Held): Way | undefined {
  const chosen = block.ways.find(({ value }) => value === draft.ways[block.id]);
  const isHeld = (name: string) => name in held.values || name in held.hints;
  return chosen ?? block.ways.find(({ names }) => names.some(isHeld)) ?? block.ways[0];
}

function shownNames(block: Block, draft: Draft, held: Held): readonly string[] {
  return "ways" in block ? (wayOf(block, draft, held)?.names ?? []) : block.names;
}

function allShown(kind: string, schema: ObjectSchema, draft: Draft, held: Held): Set<string> {
  const { blocks, more } = layoutOf(kind, schema);
  return new Set([...blocks.flatMap((block) => shownNames(block, draft, held)), ...more]);
}

/** Tells whether everything is there that the kind cannot do without. */
export function isComplete(kind: string, schema: ObjectSchema, draft: Draft, held: Held): boolean {
  const { blocks } = layoutOf(kind, schema);
  const needed = blocks.flatMap((block) => ("ways" in block ? (wayOf(block, draft, held)?.needs ?? []) : []));
  const isThere = (name: string) => draft.values[name] !== undefined || name in held.hints;
  return isName(draft.name) && [...needed, ...(schema.required ?? [])].every(isThere);
}

/** Returns the settings to send: all of a new toolkit, what differs of one that is there; null takes one out. */
export function settingsOf(kind: string, schema: ObjectSchema, draft: Draft, held: Held): Record<string, unknown> {
  const shown = allShown(kind, schema, draft, held);
  const names = new Set([...Object.keys(schema.properties ?? {}), ...Object.keys(held.hints)]);
  const settings: Record<string, unknown> = {};
  for (const name of names) {
    const [now, before] = [draft.values[name], held.values[name]];
    const wasThere = before !== undefined || name in held.hints;
    if (!shown.has(name)) {
      if (wasThere) settings[name] = null;
    } else if (now !== undefined) {
      if (JSON.stringify(now) !== JSON.stringify(before)) settings[name] = now;
    } else if (before !== undefined && !(name in held.hints)) settings[name] = null;
  }
  return settings;
}

/** After `draft` was stored: what it says is held, of what may not be shown a hint. */
export function heldAfter(kind: string, schema: ObjectSchema, draft: Draft, held: Held, hints: Readonly<Record<string, string>>): Held {
  const shown = allShown(kind, schema, draft, held);
  const values = Object.fromEntries(Object.entries(draft.values).filter(([name]) => shown.has(name)));
  return { values, hints: heldOf(schema, hints).hints };
}

const COMMON = new Set(["www", "api", "mcp", "app", "com", "org", "net", "io", "dev", "ai", "co"]);

/** A name for a toolkit, from where it is or what its document is called; empty when nothing can be told. */
export function suggestName({ values }: Draft): string {
  for (const name of ["url", "document_url", "server_url"]) {
    const address = values[name];
    if (typeof address === "string" && URL.canParse(address)) return fromHost(new URL(address).hostname);
  }
  const { document } = values;
  return typeof document === "string" ? slug(titleOf(document)) : "";
}

function fromHost(host: string): string {
  if (/^[\d.]+$|^\[|^localhost$/.test(host)) return "local";
  const parts = host.split(".").filter((part) => !COMMON.has(part));
  return slug(parts.at(-1) ?? host);
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 31)
    .replaceAll(/^-+|-+$/g, "");
}

