import { Link } from "react-router";
import { Badge, CopyableId, Time } from "@/design";
import { useI18n } from "@/i18n";
import { useLasting } from "../live/use-run-stream";
import type { FollowedRun } from "../live/run-follower";
import { isGiven, activeMs, callerOf, runTotals, type RunModel } from "../model";
import { RunStatusBadge } from "../status";
import { useViaLabel } from "../via";
import { RunActions } from "./RunActions";
import type { RunFacts } from "./use-run-facts";
import styles from "./RunPage.module.css";

interface RunHeaderProps {
  runId: string;
  followed: FollowedRun;
  facts: RunFacts;
  nowMs: number;
}

export function RunHeader({ runId, followed, facts, nowMs }: RunHeaderProps) {
  const { t } = useI18n();
  const { run } = followed;
  const status = run.lastNumber === 0 ? (facts.detail?.status ?? run.status) : run.status;
  return (
    <header className={styles["header"]}>
      <div className={styles["titleLine"]}>
        <h1>{facts.appId ? <Link to={`/apps/${facts.appId}`}>{facts.appName}</Link> : facts.appName || t("runs.run")}</h1>
        <RunStatusBadge status={status} />
        {run.started?.is_draft && <Badge>{t("runs.draft")}</Badge>}
        {run.started?.only && <Badge tone="accent">{t("runs.onlyNode", { node: facts.titleOf(run.started.only) })}</Badge>}
        <Connection followed={followed} />
        <span className={styles["grow"]} />
        <RunActions runId={runId} run={run} facts={facts} />
      </div>
      <dl className={styles["facts"]}>
        <Fact label={t("runs.run")}>
          <CopyableId id={runId} />
        </Fact>
        <Origin run={run} />
        <CallerFact run={run} facts={facts} />
        {run.startedMs !== undefined && (
          <Fact label={t("runs.started")}>
            <Time at={run.startedMs} />
          </Fact>
        )}
        <Figures run={run} facts={facts} nowMs={nowMs} />
      </dl>
    </header>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Figures({ run, facts, nowMs }: { run: RunModel; facts: RunFacts; nowMs: number }) {
  const { t, format } = useI18n();
  const totals = runTotals(run);
  const tokens = run.lastNumber > 0 ? totals.inputTokens + totals.outputTokens : sumOf(facts);
  const cost = run.lastNumber > 0 ? totals.costUsd : facts.detail?.cost_usd;
  const seconds = run.lastNumber > 0 ? activeMs(run, nowMs) / 1000 : facts.detail?.elapsed_s;
  return (
    <>
      {isGiven(seconds) && <Fact label={t("runs.duration")}>{format.duration(shownSeconds(run, seconds))}</Fact>}
      <Fact label={t("runs.tokens")}>
        <span title={t("runs.tokensInOut", { input: totals.inputTokens, output: totals.outputTokens })}>
          {totals.isEstimated && "≈ "}
          {format.number(tokens)}
        </span>
      </Fact>
      {isGiven(cost) && <Fact label={t("runs.cost")}>{format.cost(cost)}</Fact>}
    </>
  );
}

/** A clock that runs is shown in tenths, so that its last digit can be read. */
export function shownSeconds(run: RunModel, seconds: number): number {
  return run.endedMs !== undefined || seconds < 1 ? seconds : Math.floor(seconds * 10) / 10;
}

function sumOf({ detail }: RunFacts): number {
  return (detail?.input_tokens ?? 0) + (detail?.output_tokens ?? 0);
}

function Origin({ run }: { run: RunModel }) {
  const { t } = useI18n();
  const { origin, parent } = run.started ?? {};
  return (
    <>
      {origin && (
        <Fact label={origin.kind === "replay" ? t("runs.replayOf") : t("runs.forkOf")}>
          <RunLink runId={origin.run_id} />
        </Fact>
      )}
      {parent && (
        <Fact label={t("runs.calledBy")}>
          <RunLink runId={parent.run_id} />
        </Fact>
      )}
    </>
  );
}

export function RunLink({ runId }: { runId: string }) {
  return (
    <Link to={`/runs/${runId}`} className={styles["mono"]}>
      …{runId.slice(-6)}
    </Link>
  );
}

function CallerFact({ run, facts }: { run: RunModel; facts: RunFacts }) {
  const { t } = useI18n();
  const via = useViaLabel();
  const caller = callerOf(run);
  const conversation = run.started?.conversation_id ?? facts.detail?.conversation_id;
  const endUser = caller.end_user ?? facts.detail?.end_user;
  return (
    <>
      <Fact label={t("runs.startedBy")}>{[via(caller.via ?? facts.detail?.via ?? "api"), endUser].filter(Boolean).join(" · ")}</Fact>
      {conversation && (
        <Fact label={t("runs.conversation")}>
          <Link to={`/conversations/${conversation}`} className={styles["mono"]}>
            …{conversation.slice(-6)}
          </Link>
        </Fact>
      )}
    </>
  );
}

/** Says quietly that the stream is being opened again; what mends itself within a moment is not mentioned. */
function Connection({ followed }: { followed: FollowedRun }) {
  const { t } = useI18n();
  const isAway = useLasting(followed.state === "waiting", 1200);
  return (
    <span role="status" className={styles["connection"]}>
      {isAway && t("runs.reconnecting")}
    </span>
  );
}
