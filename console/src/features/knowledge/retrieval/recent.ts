const MOST = 8;

const keyOf = (dataset: string) => `skep.retrieval.${dataset}`;

/** What was looked for in a dataset in this tab, newest first. */
export function recentQueries(dataset: string): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(dataset)) ?? "[]");
    return Array.isArray(kept) ? kept.filter((query) => typeof query === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function keepQuery(dataset: string, query: string): string[] {
  const queries = [query, ...recentQueries(dataset).filter((each) => each !== query)].slice(0, MOST);
  try {
    sessionStorage.setItem(keyOf(dataset), JSON.stringify(queries));
  } catch {
    // Storage can be switched off; they hold until the page is left.
  }
  return queries;
}
