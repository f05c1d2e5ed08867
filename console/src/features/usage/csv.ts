import type { UsageRow } from "./api";

const COLUMNS = ["from", "app_id", "app", "provider", "model", "calls", "input_tokens", "output_tokens", "cost_usd", "unpriced_calls"] as const;

/** Returns rows as a spreadsheet reads them; a cost that is not known stays empty. */
export function toCsv(rows: readonly UsageRow[], appName: (id: string) => string): string {
  const lines = rows.map((row) => [
    row.hour,
    row.app_id ?? "",
    row.app_id ? appName(row.app_id) : "",
    row.provider,
    row.model,
    row.calls,
    row.input_tokens,
    row.output_tokens,
    row.cost_usd ?? "",
    row.unpriced_calls ?? 0,
  ]);
  return [COLUMNS, ...lines].map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** Quotes what needs it, and keeps a spreadsheet from taking a name for a formula. */
function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
