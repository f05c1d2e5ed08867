const OURS = /^\s*(?:\{\s*)?"?skep"?\s*:\s*1\b/m;

/** Tells whether a text is a document of ours, so that it needs no importer. */
export function isOurs(text: string): boolean {
  return OURS.test(text) && /^\s*(?:\{\s*)?"?app"?\s*:|"app"\s*:/m.test(text);
}

/** The name an app has in a document's text; empty when it cannot be seen. */
export function nameIn(text: string): string {
  const found = NAME.exec(text)?.groups?.["name"] ?? "";
  return unquoted(found);
}

/**
 * Writes another name into a document's text and leaves everything else, comments too, as it is. A text in which
 * the name cannot be seen is returned unchanged.
 */
export function withName(text: string, name: string): string {
  return text.replace(NAME, (_, before: string) => before + JSON.stringify(name));
}

// `app:` on a line of its own and `name:` among the indented lines under it; or the same in JSON.
const NAME =
  /(^app:[ \t]*(?:#.*)?\n(?:(?:[ \t].*|[ \t]*)\n)*?[ \t]+name:[ \t]*|"app"\s*:\s*\{(?:[^{}]*?,)?\s*"name"\s*:\s*)(?<name>"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[^\n#]*?)(?=[ \t]*(?:#.*)?$|\s*[,}])/m;

function unquoted(text: string): string {
  if (text.startsWith('"')) {
    try {
      return JSON.parse(text) as string;
    } catch {
      return text.slice(1, -1);
    }
  }
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
  return text.trim();
}
