import { GitFork, Pin, PinOff } from "lucide-react";
import { useState } from "react";
import { Button, ErrorNote, SegmentedControl } from "@/design";
import { NodeDetails, NodeStatusBadge, placeToShow, useNow, useRunStream, isEnded, type RunFacts, type RunModel } from "@/features/runs";
import { useI18n } from "@/i18n";
import { useFork } from "../api";
import { NodeRunForm } from "../NodeRunForm";
import { RunResult } from "./RunResult";
import { changePanel, pin, usePanel } from "./store";
import { useEditorFacts } from "./use-editor-facts";
import styles from "./Panel.module.css";

/** In the inspector: what the node did in the last run, and how it does alone. */
export function NodePanel({ app, node }: { app: string; node: string }) {
  const { t } = useI18n();
  const { runId } = usePanel(app);
  const facts = useEditorFacts(app);
  const { run } = useRunStream(runId);
  const hasRun = runId !== undefined && placeToShow(run, node) !== undefined;
  const [view, setView] = useState<"last" | "alone">("last");
  const shown = hasRun ? view : "alone";
  return (
    <div className={styles["nodePanel"]}>
      {hasRun && (
        <SegmentedControl
          label={t("debugging.panelNode")}
          value={shown}
          onChange={setView}
          options={[
            { value: "last", label: t("debugging.panelLast") },
            { value: "alone", label: t("debugging.runAlone") },
          ]}
        />
      )}
      {shown === "last" && runId !== undefined && <LastRun app={app} runId={runId} run={run} facts={facts} node={node} />}
      {shown === "alone" && <Alone key={node} app={app} facts={facts} node={node} run={hasRun && isReached(run, node) ? run : undefined} />}
    </div>
  );
}

/** It began, so that all it reads is there. */
function isReached(run: RunModel, node: string): boolean {
  return [...run.nodes.values()].some((one) => one.node === node && one.spans.length > 0);
}

interface LastRunProps {
  app: string;
  runId: string;
  run: RunModel;
  facts: RunFacts;
  node: string;
}

function LastRun({ app, runId, run, facts, node }: LastRunProps) {
  const { t } = useI18n();
  const first = placeToShow(run, node) ?? node;
  const [chosen, setChosen] = useState<string>();
  const place = chosen !== undefined && run.nodes.get(chosen)?.node === node ? chosen : first;
  const now = useNow(!isEnded(run.status));
  const fork = useFork(runId);
  const { pins } = usePanel(app);
  const found = run.nodes.get(place);
  if (!found) return null;
  const isPinned = node in pins;
  const isAtTop = found.scope === "";
  const runOn = () => fork.mutate({ at: [node], version: "draft", pins: {} }, { onSuccess: (made) => changePanel(app, { runId: made, isOpen: true }) });
  return (
    <>
      <div className={styles["tools"]}>
        <NodeStatusBadge status={found.status} />
        <span className={styles["grow"]} />
        <Button size="small" icon={GitFork} isBusy={fork.isPending} onClick={runOn}>
          {t("debugging.runFromHere")}
        </Button>
        {isAtTop && found.outputs && (
          <Button size="small" icon={isPinned ? PinOff : Pin} onClick={() => pin(app, node, isPinned ? undefined : found.outputs)}>
            {isPinned ? t("debugging.panelUnpin") : t("debugging.panelPin")}
          </Button>
        )}
      </div>
      {fork.error && <ErrorNote error={fork.error} />}
      <NodeDetails
        runId={runId}
        run={run}
        facts={facts}
        place={place}
        node={found}
        nowMs={now}
        onSelect={(to) => {
          if (to !== undefined) setChosen(run.nodes.has(to) ? to : undefined);
        }}
      />
    </>
  );
}

function Alone({ app, facts, node, run }: { app: string; facts: RunFacts; node: string; run: RunModel | undefined }) {
  const [runId, setRunId] = useState<string>();
  // Until the node is reached again, the run before gives the values.
  const [source, setSource] = useState(run);
  if (run && run !== source) setSource(run);
  if (!facts.document || !facts.nodeTypes) return null;
  const scope = (source && source.nodes.get(placeToShow(source, node) ?? "")?.scope) ?? "";
  return (
    <>
      <NodeRunForm app={app} document={facts.document} nodeTypes={facts.nodeTypes} node={node} lastRun={source} scope={scope} onMade={setRunId} />
      {runId !== undefined && <RunResult key={runId} app={app} runId={runId} facts={facts} isGoing />}
    </>
  );
}
