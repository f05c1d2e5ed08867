import type { Doc } from "../api/documents";

/** What can be done with a document as it is. */
export function possible({ status, archived = false }: Doc) {
  const isOpen = status === "queued" || status === "parsing" || status === "indexing";
  const isThere = status !== "deleting";
  return {
    pause: isOpen,
    resume: status === "paused",
    cancel: isOpen || status === "paused",
    retry: status === "failed" || status === "cancelled",
    edit: isThere && !archived,
    toggle: isThere && !archived,
    archive: isThere && !archived,
    restore: isThere && archived,
    delete: isThere,
  };
}

/** Does something to many, a few at once, and tells which failed and why. */
export async function doToAll<T>(items: readonly T[], act: (item: T) => Promise<unknown>, atOnce = 4): Promise<{ item: T; error: unknown }[]> {
  const failed: { item: T; error: unknown }[] = [];
  const line = [...items];
  const work = async () => {
    for (let item = line.shift(); item !== undefined; item = line.shift()) {
      try {
        await act(item);
      } catch (error) {
        failed.push({ item, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return failed;
}
