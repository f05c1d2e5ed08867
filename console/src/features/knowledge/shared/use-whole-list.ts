import { useEffect } from "react";
import type { Pages } from "@/api/query";

/** Reads a list to its end while `isWanted`: what is looked for may be on a page that nobody has opened. */
export function useWholeList<T>(pages: Pages<T>, isWanted: boolean): void {
  const { hasNextPage, isFetching, isError, fetchNextPage } = pages;
  useEffect(() => {
    if (isWanted && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [isWanted, hasNextPage, isFetching, isError, fetchNextPage]);
}

/** Whether a name has what was typed in it, whatever the case. */
export function isFound(name: string, search: string): boolean {
  return name.toLocaleLowerCase().includes(search.trim().toLocaleLowerCase());
}
