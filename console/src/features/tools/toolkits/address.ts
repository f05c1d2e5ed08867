/** Where a toolkit's tools are called, as far as its settings may be shown. */
export function addressOf(hints: Readonly<Record<string, string>>): string {
  const places = [hints["url"], hints["server_url"], hints["document_url"]];
  const known = places.find((place) => place !== undefined && place !== "" && place !== "…");
  if (known) return known;
  // A description that was pasted says it near its beginning, and a hint holds just that.
  const document = hints["document"] ?? "";
  return /https?:\/\/[^\s"'},]+/.exec(document)?.[0] ?? titleOf(document);
}

/** The title in an OpenAPI document, JSON or YAML; empty when there is none. */
export function titleOf(document: string): string {
  return /\btitle["']?\s*:\s*["']?([^"'\n,}]+)/.exec(document)?.[1]?.trim() ?? "";
}
