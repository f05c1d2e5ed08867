import type { RunFilter } from "../api";

export const STATUSES = ["running", "paused", "succeeded", "failed", "cancelled"] as const;
export const VIAS = ["api", "console", "cli", "service_api", "openai", "mcp", "trigger", "run"] as const;
export const PERIODS = { hour: 3_600, day: 86_400, week: 604_800, month: 2_592_000 } as const;
export type Period = keyof typeof PERIODS;

/** What narrows the list, as it stands in the page's address. */
export interface ListFilter {
  app?: string;
  status?: RunFilter["status"];
  period?: Period;
  via?: string;
  version?: string;
  endUser?: string;
  run?: string;
}

const NAMES = ["app", "status", "period", "via", "version", "endUser", "run"] as const;

export function filterFrom(search: URLSearchParams): ListFilter {
  const filter: ListFilter = {};
  for (const name of NAMES) {
    const value = search.get(name);
    if (value) Object.assign(filter, { [name]: value });
  }
  if (!STATUSES.some((status) => status === filter.status)) delete filter.status;
  if (filter.period && !(filter.period in PERIODS)) delete filter.period;
  return filter;
}

export function searchOf(filter: ListFilter): Record<string, string> {
  const entries = NAMES.map((name) => [name, filter[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is readonly [(typeof NAMES)[number], string] => Boolean(entry[1])));
}

/** As the API takes it. Moments are whole minutes, so that one question is asked again and not another each time. */
export function queryOf(filter: ListFilter, nowMs: number): RunFilter {
  const { app, status, version, via, period, endUser } = filter;
  const minute = Math.floor(nowMs / 60_000) * 60_000;
  return {
    app,
    status,
    version,
    via,
    ...(endUser ? { end_user: endUser } : {}),
    ...(period ? { since: new Date(minute - PERIODS[period] * 1000).toISOString() } : {}),
  };
}

export function isNarrowed(filter: ListFilter): boolean {
  return Object.keys(searchOf(filter)).length > 0;
}

const RUN_ID = /^run_[0-9A-HJKMNP-TV-Z]{26}$/;

/** The id in what somebody typed or pasted: also an address with it. */
export function runIdIn(text: string): string | undefined {
  const found = /run_[0-9A-Za-z]{26}/.exec(text)?.[0];
  const id = found && `run_${found.slice(4).toUpperCase()}`;
  return id && RUN_ID.test(id) ? id : undefined;
}
