import { useEffect } from "react";
import { useParams, useSearchParams } from "react-router";
import { ErrorState, Page, useDocumentTitle } from "@/design";
import { useI18n } from "@/i18n";
import { NotFound } from "@/shell";
import { useNow, useRunStream } from "../live/use-run-stream";
import { isEnded } from "../model";
import { SidePanel } from "../node/SidePanel";
import { WaitsCard } from "../waits/WaitsCard";
import { RunHeader } from "./RunHeader";
import { RunOutcome } from "./RunOutcome";
import { RunTabs, useTab } from "./RunTabs";
import { useRunFacts } from "./use-run-facts";
import styles from "./RunPage.module.css";

export function Component() {
  const { runId = "" } = useParams();
  return <RunPage key={runId} runId={runId} />;
}

function RunPage({ runId }: { runId: string }) {
  const { t } = useI18n();
  const followed = useRunStream(runId);
  const { run, problem } = followed;
  const facts = useRunFacts(runId, followed);
  const now = useNow(!isEnded(run.status) && run.status !== "queued");
  const [tab, setTab] = useTab();
  const { node, select } = useSelectedNode();
  useDocumentTitle(t("runs.titleOf", { app: facts.appName }));
  if (problem?.status === 404) return <NotFound />;
  if (problem && run.lastNumber === 0 && !facts.detail) {
    return (
      <Page>
        <ErrorState error={problem} onRetry={followed.retry} />
      </Page>
    );
  }
  return (
    <div className={styles["page"]}>
      <div className={styles["main"]}>
        <RunHeader runId={runId} followed={followed} facts={facts} nowMs={now} />
        <RunOutcome runId={runId} followed={followed} facts={facts} onSelect={select} />
        <WaitsCard runId={runId} run={run} titleOf={facts.titleOf} nowMs={now} />
        <RunTabs
          runId={runId}
          followed={followed}
          facts={facts}
          nowMs={now}
          tab={tab}
          onTab={setTab}
          selected={node}
          onSelect={select}
        />
      </div>
      {node !== undefined && (
        <SidePanel key={node} runId={runId} run={run} facts={facts} place={node} nowMs={now} onSelect={select} />
      )}
    </div>
  );
}

/** The node that is looked at stands in the address, so that it can be shown to others. */
function useSelectedNode() {
  const [search, setSearch] = useSearchParams();
  const node = search.get("node") ?? undefined;
  const select = (place: string | undefined) => {
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (place === undefined) after.delete("node");
        else after.set("node", place);
        return after;
      },
      { replace: true },
    );
  };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || node === undefined || event.defaultPrevented) return;
      if (document.querySelector("[role=dialog], [role=menu], [role=listbox]") === null) select(undefined);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
  return { node, select };
}
