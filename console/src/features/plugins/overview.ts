import type { PlainKey } from "@/i18n";
import type { Plugins } from "./api";

/** What plugins can add, in the order in which people think of it. */
export const GROUPS: Readonly<Record<string, PlainKey>> = {
  "skep.models": "plugins.models",
  "skep.nodes": "plugins.nodes",
  "skep.tools": "plugins.tools",
  "skep.toolkits": "plugins.toolkits",
  "skep.agents": "plugins.agents",
  "skep.guardrails": "plugins.guardrails",
  "skep.parsers": "plugins.parsers",
  "skep.chunkers": "plugins.chunkers",
  "skep.stores": "plugins.stores",
  "skep.runtimes": "plugins.runtimes",
  "skep.importers": "plugins.importers",
};

export type PluginState = "loaded" | "partly" | "failed" | "absent";

export interface ShownPlugin {
  name: string;
  version: string;
  groups: readonly string[];
  isAtRunTime: boolean;
  /** Services that have it, with the version they have. */
  loaded: readonly { service: string; version: string }[];
  failures: readonly { service: string; group: string; reason: string }[];
  state: PluginState;
}

/** Puts together what is installed, what services have of it, and what went wrong. */
export function shownPlugins({ items, services, failures }: Plugins): ShownPlugin[] {
  return items.map((item) => {
    const loaded = Object.entries(services).flatMap(([service, { loaded: has }]) =>
      has.filter(({ name }) => name === item.name).map(({ version }) => ({ service, version })),
    );
    const faults = failures.filter(({ name }) => name === item.name);
    const state = faults.length > 0 ? (loaded.length > 0 ? "partly" : "failed") : loaded.length > 0 ? "loaded" : "absent";
    return { name: item.name, version: item.version, groups: item.groups, isAtRunTime: item.at_run_time, loaded, failures: faults, state };
  });
}

/** Failures of what is not in the list: an entry point whose distribution nobody knows. */
export function otherFailures({ items, failures }: Plugins): Plugins["failures"] {
  const known = new Set(items.map(({ name }) => name));
  return failures.filter(({ name }) => !known.has(name));
}

/** Plugins by what they add; one that adds several things is with each of them. */
export function byGroup(plugins: readonly ShownPlugin[]): [group: string, plugins: ShownPlugin[]][] {
  const names = [...Object.keys(GROUPS), ...new Set(plugins.flatMap(({ groups }) => groups).filter((group) => !(group in GROUPS)))];
  return names
    .map((group): [string, ShownPlugin[]] => [group, plugins.filter(({ groups }) => groups.includes(group))])
    .filter(([, members]) => members.length > 0);
}

export function isFound({ name, failures }: ShownPlugin, search: string): boolean {
  const words = search.trim().toLowerCase();
  return name.includes(words) || failures.some(({ reason }) => reason.toLowerCase().includes(words));
}
