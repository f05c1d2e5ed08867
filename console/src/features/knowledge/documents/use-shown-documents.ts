import { useSearchParams } from "react-router";
import { useStatistics } from "../api/datasets";
import { isUnsettled, STATUSES, unsettledIn, useDocuments, usePolling, type KnownStatus } from "../api/documents";
import { isFound, useWholeList } from "../shared/use-whole-list";

/** The documents that fit what the address asks for, kept fresh while something is under way. */
export function useShownDocuments(dataset: string) {
  const [params, setParams] = useSearchParams();
  const status = STATUSES.find((one) => one === params.get("status"));
  const search = params.get("search") ?? "";
  const isSearching = search.trim() !== "";
  const statistics = useStatistics(dataset);
  const documents = useDocuments(dataset, status);
  const byStatus = statistics.data?.by_status;
  useWholeList(documents, isSearching);
  usePolling(documents.items.some(isUnsettled) || unsettledIn(byStatus) > 0, documents.refetch);
  const narrow = (to: { status?: KnownStatus | undefined; search?: string }) => {
    const next = Object.entries({ status: status ?? "", search, ...to });
    setParams(Object.fromEntries(next.filter((entry): entry is [string, string] => Boolean(entry[1]))), { replace: true });
  };
  return {
    documents,
    shown: isSearching ? documents.items.filter(({ name }) => isFound(name, search)) : documents.items,
    byStatus,
    status,
    search,
    isSearching,
    isNarrowed: isSearching || status !== undefined,
    narrow,
  };
}
