import type { PublishedApp } from "../api";

/** What clients of `/mcp` call an app: its name, as far as a model can say it, else its id. */
export function toolNames(apps: readonly PublishedApp[]): Map<string, string> {
  const spoken = new Map(apps.map(({ id, name }) => [id, name.replaceAll(/[^A-Za-z0-9_-]+/g, "_").replaceAll(/^_+|_+$/g, "").slice(0, 64)]));
  const counts = new Map<string, number>();
  for (const name of spoken.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map([...spoken].map(([id, name]) => [id, name !== "" && counts.get(name) === 1 ? name : id]));
}
