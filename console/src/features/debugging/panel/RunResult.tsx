import { ExternalLink, Square } from "lucide-react";
import { Link } from "react-router";
import { useEditor } from "@/canvas";
import { Button, Callout } from "@/design";
import {
  activeMs,
  extentOf,
  isEnded,
  JsonTree,
  ProblemText,
  RunStatusBadge,
  runTotals,
  shownSeconds,
  splitPlace,
  StatusDot,
  StreamingText,
  useLasting,
  useNow,
  useRunCommand,
  useRunStream,
  WaitsCard,
  type RunFacts,
  type RunModel,
} from "@/features/runs";
import { useI18n } from "@/i18n";
import styles from "./Panel.module.css";

interface RunResultProps {
  app: string;
  runId: string;
  facts: RunFacts;
  isGoing: boolean;
}

/** A run of the draft as it goes: what it says, waits for, and came to. */
export function RunResult({ runId, facts }: RunResultProps) {
  const { t } = useI18n();
  const followed = useRunStream(runId);
  const { run, problem } = followed;
  const now = useNow(!isEnded(run.status));
  return (
    <div className={styles["result"]}>
      <ResultHead runId={runId} run={run} nowMs={now} isAway={followed.state === "waiting"} />
      {problem && <Callout tone="warning" title={problem.title}>{problem.detail}</Callout>}
      {run.problem && (
        <Callout
          tone="danger"
          title={run.failedPlace ? t("runs.failedAt", { node: facts.titleOf(splitPlace(run.failedPlace).node) }) : t("runs.failedTitle")}
        >
          <ProblemText problem={run.problem} />
        </Callout>
      )}
      <WaitsCard runId={runId} run={run} titleOf={facts.titleOf} nowMs={now} isCompact />
      {run.answer && (
        <div className={styles["answer"]}>
          <StreamingText text={run.answer} isGoing={run.status === "running"} />
        </div>
      )}
      <NodeList run={run} facts={facts} nowMs={now} />
      {run.outputs && Object.keys(run.outputs).length > 0 && (
        <div>
          <h3 className={styles["caption"]}>{t("runs.output")}</h3>
          <JsonTree value={run.outputs} openDepth={1} />
        </div>
      )}
    </div>
  );
}

export function ResultHead({ runId, run, nowMs, isAway }: { runId: string; run: RunModel; nowMs: number; isAway: boolean }) {
  const { t, format } = useI18n();
  const command = useRunCommand(runId);
  const isShown = useLasting(isAway, 1200);
  const totals = runTotals(run);
  const tokens = totals.inputTokens + totals.outputTokens;
  const seconds = activeMs(run, nowMs) / 1000;
  return (
    <div className={styles["resultHead"]}>
      <RunStatusBadge status={run.status} />
      <span className={styles["faint"]}>
        {[format.duration(shownSeconds(run, seconds)), tokens > 0 && t("runs.tokensIn", { tokens: format.number(tokens) })]
          .filter(Boolean)
          .join(" · ")}
        <span role="status">{isShown && ` · ${t("runs.reconnecting")}`}</span>
      </span>
      {!isEnded(run.status) && (
        <Button size="small" icon={Square} isBusy={command.isPending} onClick={() => command.mutate("cancellations")}>
          {t("debugging.panelStop")}
        </Button>
      )}
      <Link to={`/runs/${runId}`} className={styles["open"]} title={t("debugging.panelDetails")} aria-label={t("debugging.panelDetails")}>
        <ExternalLink size={15} aria-hidden />
      </Link>
    </div>
  );
}

/** The nodes outside of containers; a click opens them in the inspector. */
function NodeList({ run, facts, nowMs }: { run: RunModel; facts: RunFacts; nowMs: number }) {
  const { t, format } = useI18n();
  const editor = useEditor();
  const nodes = [...run.nodes.values()].filter((node) => node.scope === "" && node.status !== "skipped");
  if (nodes.length === 0) return null;
  return (
    <ul className={styles["nodes"]} aria-label={t("runs.nodes")}>
      {nodes.map((node) => {
        const extent = extentOf(node);
        const took = extent && ((extent.toMs ?? nowMs) - extent.fromMs) / 1000;
        return (
          <li key={node.place}>
            <button type="button" onClick={() => editor.open(node.node)}>
              <StatusDot status={node.status} />
              <span>{facts.titleOf(node.node)}</span>
              {node.rounds.length > 0 && (
                <span className={styles["faint"]}>
                  {t("runs.roundsOf", { done: node.rounds.filter((round) => round.status !== "running").length, all: node.rounds.length })}
                </span>
              )}
              <span className={styles["took"]}>{node.reused ? t("runs.reused") : took !== undefined && format.duration(took)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
