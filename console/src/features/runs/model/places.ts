/** Where a node stands: `scope` names the round, `each:3/again:0`; at the top it is empty. */
export interface Place {
  scope: string;
  node: string;
}

export function placeOf(scope: string | undefined, node: string): string {
  return scope ? `${scope}/${node}` : node;
}

export function splitPlace(place: string): Place {
  const slash = place.lastIndexOf("/");
  return slash < 0 ? { scope: "", node: place } : { scope: place.slice(0, slash), node: place.slice(slash + 1) };
}

/** The scope of a container's round; `place` is the container's. */
export function roundScope(place: string, index: number): string {
  return `${place}:${index}`;
}

/** The round that a scope names, undefined at the top: `each:3/again:0` is round 0 of `each:3/again`. */
export function splitScope(scope: string): { container: string; index: number } | undefined {
  const colon = scope.lastIndexOf(":");
  if (colon < 0) return undefined;
  return { container: scope.slice(0, colon), index: Number(scope.slice(colon + 1)) };
}

/** The scopes around a place, the innermost first; the last one is the top. */
export function scopesAround(scope: string): string[] {
  const found = [scope];
  for (let round = splitScope(scope); round; round = splitScope(found.at(-1) ?? "")) {
    found.push(splitPlace(round.container).scope);
  }
  return found;
}
