/** An address in two parts, so that what tells it apart can be seen first. */
export function placeOf(url: string): { host: string; path: string } {
  if (!URL.canParse(url)) return { host: url, path: "" };
  const { host, pathname, search } = new URL(url);
  return { host, path: pathname === "/" && search === "" ? "" : pathname + search };
}
