import { CornerDownLeft, History, Search as SearchIcon } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { useParams, useSearchParams } from "react-router";
import { Button, ErrorNote, Page, PageHeader, Textarea } from "@/design";
import { useI18n } from "@/i18n";
import { useDataset } from "../api/datasets";
import { useSearch } from "../api/retrieval";
import { keepQuery, recentQueries } from "./recent";
import { Results } from "./Results";
import { SearchSettings } from "./SearchSettings";
import { draftIn, faultsOf, isFaulty, paramsOf, searchOf } from "./settings";
import styles from "./Retrieval.module.css";

/** Tries what a dataset finds for a question, as an app would. */
export function Component() {
  const { t } = useI18n();
  const { dataset: ref = "" } = useParams();
  const [params, setParams] = useSearchParams();
  // What was asked stands in the address: one who opens a result comes back to all of them.
  const asked = params.get("query") ?? "";
  const askedDraft = draftIn(params);
  const search = useSearch(ref, asked && !isFaulty(askedDraft) ? searchOf(asked, askedDraft) : null);
  const isExternal = Boolean(useDataset(ref).data?.external);
  const [query, setQuery] = useState(asked);
  const [draft, setDraft] = useState(askedDraft);
  const [recent, setRecent] = useState(() => recentQueries(ref));
  const faults = faultsOf(draft);
  const isReady = query.trim() !== "" && !isFaulty(draft);
  const run = (wanted: string) => {
    const text = wanted.trim();
    if (!text || isFaulty(draft)) return;
    setRecent(keepQuery(ref, text));
    const next = new URLSearchParams(paramsOf(text, draft));
    if (next.toString() === params.toString()) void search.refetch();
    else setParams(next, { replace: true });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    run(query);
  };
  return (
    <Page>
      <PageHeader title={t("knowledge.retrieval")} description={t("knowledge.retrievalHint")} />
      <div className={styles["columns"]}>
        <div className={styles["side"]}>
          <form
            role="search"
            onSubmit={(event) => {
              event.preventDefault();
              run(query);
            }}
            className={styles["query"]}
          >
            <Textarea
              rows={3}
              autoFocus
              aria-label={t("knowledge.query")}
              placeholder={t("knowledge.queryPlaceholder")}
              maxLength={10_000}
              value={query}
              onChange={(event) => setQuery(event.target.value)}
              onKeyDown={press}
            />
            <Button type="submit" variant="primary" icon={SearchIcon} isBusy={search.isFetching} disabled={!isReady}>
              {t("knowledge.search")}
              <CornerDownLeft size={13} aria-hidden />
            </Button>
          </form>
          <SearchSettings draft={draft} onChange={setDraft} faults={faults} isExternal={isExternal} />
          {recent.length > 0 && (
            <section className={styles["recent"]}>
              <h2>{t("knowledge.recent")}</h2>
              <ul>
                {recent.map((each) => (
                  <li key={each}>
                    <button
                      type="button"
                      onClick={() => {
                        setQuery(each);
                        run(each);
                      }}
                    >
                      <History size={13} aria-hidden />
                      <span>{each}</span>
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
        <div className={styles["main"]} aria-live="polite" aria-busy={search.isFetching}>
          {search.isError && !search.isFetching ? (
            <ErrorNote error={search.error} />
          ) : (
            <Results dataset={isExternal ? null : ref} found={search.data} query={asked} isPending={search.isFetching} />
          )}
        </div>
      </div>
    </Page>
  );
}
