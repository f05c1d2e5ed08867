/**
 * Which modules come to the browser together. A page that loads a little more than it needs is sooner there than one
 * that asks for a hundred small files. What fits no group, or is used by one page alone, comes with that page.
 */
const packages = (names: string) => new RegExp(`[\\\\/]node_modules[\\\\/](?:${names})`);
const sources = (names: string) => new RegExp(`[\\\\/]src[\\\\/](?:${names})`);
const any = (...tests: RegExp[]) => new RegExp(tests.map((test) => test.source).join("|"));

/** What the public pages of apps load first: nothing else may be in here. */
const COMMON = any(
  /preload-helper|rolldown[\\/]runtime/,
  packages("(?:react|react-dom|scheduler|get-nonce|@floating-ui)[\\\\/]"),
  packages("@radix-ui[\\\\/](?:primitive|react-(?:compose-refs|context|dismissable-layer|focus-scope|id|popper))[\\\\/]"),
  packages("@radix-ui[\\\\/]react-(?:portal|presence|primitive|slot|tooltip|use-[a-z-]+|visually-hidden)[\\\\/]"),
  packages("lucide-react[\\\\/]dist[\\\\/]esm[\\\\/](?!icons)"),
  packages("lucide-react[\\\\/].*[\\\\/](?:check|circle-exclamation-point|cloud-off|copy|door-closed|loader-circle|rotate-cw)\\."),
  sources("api/(?:problem|session|sse-parser)|i18n/(?:format|index|language|translate)\\.|shell/upgrade"),
  sources("design/(?:reset|tokens|classes|button/|display/(?:CopyableId|Kbd)|overlay/Tooltip)"),
  sources("design/feedback/(?:Feedback|Skeleton|States|problem-text)"),
);

/** What every page of the console loads: its frame, and what features say of themselves. */
const CONSOLE = any(
  sources("console\\.|api/(?:client|query|reachability)|shell/|features/[a-z]+/feature\\."),
  sources("features/(?:[a-z]+/)+\\w*Crumbs?\\.|features/(?:apps|tools|webhooks)/api\\.|features/knowledge/api/(?:datasets|documents)"),
  sources("features/login/|features/tools/(?:shared/in-turn|toolkits/leaving)|features/webhooks/hooks/place"),
  packages("react-router|@tanstack|openapi-fetch|zustand|use-sync"),
);

/** What our components are made of. */
const PARTS = packages("(?:@radix-ui|radix-ui|aria-hidden|react-remove|react-style|use-callback|use-sidecar|cmdk|tslib|lucide-react)");

/** A feature's parts that several pages show; those of public pages stay with each page. */
function featureOf(id: string): string | null {
  const name = /[\\/]src[\\/]features[\\/]([a-z]+)[\\/]/.exec(id)?.[1];
  return name === undefined || name === "webapp" ? null : name;
}

export const codeSplitting = {
  includeDependenciesRecursively: false,
  groups: [
    { name: "common", test: COMMON, priority: 8 },
    { name: "canvas", test: any(packages("@xyflow|d3-|classcat"), sources("canvas/")), minShareCount: 2, priority: 7 },
    { name: "shell", test: CONSOLE, priority: 6 },
    { name: "design", test: any(sources("design/"), PARTS), minShareCount: 2, priority: 4 },
    { name: featureOf, debugName: "features", test: sources("features/"), minShareCount: 2, priority: 3 },
  ],
};
