import type { Series } from "@/design";
import type { UsageRow } from "./api";
import type { Span } from "./span";

export const MEASURES = ["cost", "tokens", "calls"] as const;
export type Measure = (typeof MEASURES)[number];

/** What some calls came to. */
export interface Sum {
  key: string;
  calls: number;
  inputTokens: number;
  outputTokens: number;
  /** Of the calls whose price is known; null when it is of none. */
  cost: number | null;
  /** Calls whose price is not known. */
  unpriced: number;
}

const NOTHING = { calls: 0, inputTokens: 0, outputTokens: 0, cost: null, unpriced: 0 };
const SHOWN = 5;

export function modelOf(row: UsageRow): string {
  return `${row.provider}/${row.model}`;
}

/** Sums rows by a key, the costliest first; with unknown prices, those with the most tokens. */
export function sumBy(rows: readonly UsageRow[], keyOf: (row: UsageRow) => string): Sum[] {
  const sums = new Map<string, Sum>();
  for (const row of rows) {
    const key = keyOf(row);
    sums.set(key, added(sums.get(key) ?? { key, ...NOTHING }, row));
  }
  return [...sums.values()].sort((one, other) => (other.cost ?? 0) - (one.cost ?? 0) || tokens(other) - tokens(one) || other.calls - one.calls);
}

export function total(rows: readonly UsageRow[]): Sum {
  return rows.reduce(added, { key: "", ...NOTHING });
}

function added(sum: Sum, row: UsageRow): Sum {
  const cost = row.cost_usd ?? null;
  return {
    key: sum.key,
    calls: sum.calls + row.calls,
    inputTokens: sum.inputTokens + row.input_tokens,
    outputTokens: sum.outputTokens + row.output_tokens,
    cost: cost === null ? sum.cost : (sum.cost ?? 0) + cost,
    unpriced: sum.unpriced + (row.unpriced_calls ?? 0),
  };
}

export function tokens(sum: Sum): number {
  return sum.inputTokens + sum.outputTokens;
}

export function measured(sum: Sum, measure: Measure): number {
  return measure === "cost" ? (sum.cost ?? 0) : measure === "tokens" ? tokens(sum) : sum.calls;
}

/** Returns a series for each of the largest models, and one for all others. */
export function seriesOf(rows: readonly UsageRow[], span: Span, measure: Measure, others: string): Series[] {
  const sums = sumBy(rows, modelOf).sort((one, other) => measured(other, measure) - measured(one, measure));
  const models = sums.filter((sum, index) => index === 0 || measured(sum, measure) > 0).map((sum) => sum.key);
  const shown = models.length > SHOWN + 1 ? models.slice(0, SHOWN) : models;
  const named = shown.map((model) => ({ name: model, values: valuesOf(rows.filter((row) => modelOf(row) === model), span, measure) }));
  if (shown.length === models.length) return named;
  const rest = rows.filter((row) => models.includes(modelOf(row)) && !shown.includes(modelOf(row)));
  return [...named, { name: others, color: 6, values: valuesOf(rest, span, measure) }];
}

function valuesOf(rows: readonly UsageRow[], span: Span, measure: Measure): number[] {
  const byBeginning = new Map(sumBy(rows, (row) => String(Date.parse(row.hour))).map((sum) => [sum.key, sum]));
  return span.beginnings.map((begin) => {
    const sum = byBeginning.get(String(begin));
    return sum ? measured(sum, measure) : 0;
  });
}
