export const SPANS = ["day", "week", "month", "custom"] as const;
export type SpanName = (typeof SPANS)[number];
export type Bucket = "hour" | "day";

/** What was chosen, as it stands in the page's address. `from` and `to` are days, both included. */
export interface SpanChoice {
  name: SpanName;
  from?: string | undefined;
  to?: string | undefined;
}

/** Whole hours or days, the last of them under way or past. */
export interface Span {
  bucket: Bucket;
  /** When each begins, in milliseconds. */
  beginnings: readonly number[];
  since: string;
  until: string;
  /** Minutes that the reader's clock is ahead of UTC. */
  utcOffset: number;
}

const MINUTE_MS = 60_000;
const SIZES: Record<Bucket, number> = { hour: 60 * MINUTE_MS, day: 24 * 60 * MINUTE_MS };
/** Of one question to the gateway. */
const MOST_DAYS = 366;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export function choiceFrom(search: URLSearchParams): SpanChoice {
  const name = SPANS.find((span) => span === search.get("span")) ?? "week";
  const [from, to] = ["from", "to"].map((end) => search.get(end) ?? undefined);
  return name === "custom" ? { name, from, to } : { name };
}

/** Returns the hours of a day, or the days of what is longer. */
export function spanOf(choice: SpanChoice, nowMs: number, utcOffset = -new Date(nowMs).getTimezoneOffset()): Span {
  const [first, last] = endsOf(choice, nowMs, utcOffset);
  const bucket: Bucket = choice.name === "day" || last - first < SIZES.day ? "hour" : "day";
  const size = SIZES[bucket];
  const begin = floor(first, size, utcOffset);
  const count = Math.min(Math.floor((floor(last, size, utcOffset) - begin) / size) + 1, MOST_DAYS);
  const beginnings = Array.from({ length: count }, (_, index) => begin + index * size);
  return {
    bucket,
    beginnings,
    since: new Date(begin).toISOString(),
    until: new Date(begin + count * size).toISOString(),
    utcOffset,
  };
}

function endsOf({ name, from, to }: SpanChoice, nowMs: number, utcOffset: number): [first: number, last: number] {
  if (name === "day") return [nowMs - 23 * SIZES.hour, nowMs];
  if (name === "week") return [nowMs - 6 * SIZES.day, nowMs];
  if (name === "month") return [nowMs - 29 * SIZES.day, nowMs];
  const today = floor(nowMs, SIZES.day, utcOffset);
  const first = localDay(from, utcOffset) ?? today - 6 * SIZES.day;
  const last = localDay(to, utcOffset) ?? today;
  return [Math.min(first, last), Math.max(first, last) + SIZES.day - 1];
}

function localDay(text: string | undefined, utcOffset: number): number | undefined {
  const at = text && DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return Number.isNaN(at) ? undefined : at - utcOffset * MINUTE_MS;
}

/** The beginning of the hour or day that a moment is in, on the reader's clock. */
function floor(at: number, size: number, utcOffset: number): number {
  const offset = utcOffset * MINUTE_MS;
  return Math.floor((at + offset) / size) * size - offset;
}

/** The day a moment is in, as the choice has it. */
export function dayOf(at: number, utcOffset: number): string {
  return new Date(at + utcOffset * MINUTE_MS).toISOString().slice(0, 10);
}

/** Puts rows into the span's hours or days; `undefined` where there is none. */
export function placed<Row>(span: Span, rows: readonly Row[], at: (row: Row) => string): (Row | undefined)[] {
  const byBeginning = new Map(rows.map((row) => [Date.parse(at(row)), row]));
  return span.beginnings.map((begin) => byBeginning.get(begin));
}
