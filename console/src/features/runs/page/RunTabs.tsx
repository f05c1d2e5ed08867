import { lazy, Suspense } from "react";
import { useSearchParams } from "react-router";
import { TabBar } from "./TabBar";
import { Skeleton } from "@/design";
import { useI18n } from "@/i18n";
import type { FollowedRun } from "../live/run-follower";
import { Timeline } from "../timeline/Timeline";
import { AnswerTab } from "./AnswerTab";
import { EventsTab } from "./EventsTab";
import { ValuesTab } from "./ValuesTab";
import type { RunFacts } from "./use-run-facts";
import styles from "./RunPage.module.css";

const CanvasTab = lazy(() => import("./CanvasTab"));

const TABS = ["timeline", "canvas", "answer", "values", "events"] as const;
export type TabName = (typeof TABS)[number];

export function useTab(): [TabName, (tab: TabName) => void] {
  const [search, setSearch] = useSearchParams();
  const given = TABS.find((tab) => tab === search.get("tab"));
  return [
    given ?? "timeline",
    (tab) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          after.set("tab", tab);
          return after;
        },
        { replace: true },
      ),
  ];
}

export interface RunTabsProps {
  runId: string;
  followed: FollowedRun;
  facts: RunFacts;
  nowMs: number;
  tab: TabName;
  onTab: (tab: TabName) => void;
  selected: string | undefined;
  onSelect: (place: string | undefined) => void;
}

export function RunTabs(props: RunTabsProps) {
  const { t } = useI18n();
  const { followed, facts, nowMs, tab, onTab, selected, onSelect } = props;
  const { run } = followed;
  const labels: Record<TabName, string> = {
    timeline: t("runs.tabTimeline"),
    canvas: t("runs.tabCanvas"),
    answer: t("runs.tabAnswer"),
    values: t("runs.tabValues"),
    events: t("runs.tabEvents"),
  };
  return (
    <>
      <TabBar
        label={t("runs.views")}
        tabs={TABS.map((name) => ({ value: name, label: labels[name], ...(name === "events" && run.log.length > 0 ? { count: run.log.length } : {}) }))}
        value={tab}
        onChange={(value) => onTab(value as TabName)}
      />
      <div role="tabpanel" id="run-tabpanel" aria-labelledby={`run-tab-${tab}`} className={styles["tab"]}>
        {tab === "timeline" && (
          <Timeline run={run} nowMs={nowMs} titleOf={facts.titleOf} typeOf={facts.typeOf} selected={selected} onSelect={onSelect} />
        )}
        {tab === "canvas" && (
          <Suspense fallback={<Skeleton height="100%" />}>
            <CanvasTab run={run} facts={facts} selected={selected} onSelect={onSelect} />
          </Suspense>
        )}
        {tab === "answer" && <AnswerTab run={run} facts={facts} />}
        {tab === "values" && <ValuesTab run={run} facts={facts} />}
        {tab === "events" && <EventsTab run={run} onSelect={onSelect} />}
      </div>
    </>
  );
}
