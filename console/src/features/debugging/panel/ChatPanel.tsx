import { useEffect, useRef, useState } from "react";
import { Button, Callout, ErrorNote, Markdown } from "@/design";
import {
  FormFields,
  formState,
  isEnded,
  ProblemText,
  readForm,
  startFields,
  StreamingText,
  useNow,
  useRunStream,
  useStartRun,
  WaitsCard,
  type RunFacts,
} from "@/features/runs";
import { useI18n } from "@/i18n";
import { Composer } from "./Composer";
import { ResultHead } from "./RunResult";
import { changePanel, usePanel, type Turn } from "./store";
import styles from "./Panel.module.css";

interface ChatPanelProps {
  app: string;
  facts: RunFacts;
  save: () => Promise<void>;
}

/** A conversation with the draft; each turn is a run. */
export function ChatPanel({ app, facts, save }: ChatPanelProps) {
  const { t } = useI18n();
  const { turns, conversationId, inputs } = usePanel(app);
  const fields = startFields(facts.document, facts.nodeTypes?.start ?? new Set()).filter((field) => !field.hidden);
  const [state, setState] = useState(() => formState(fields, inputs));
  const shown = { ...formState(fields), ...state };
  const read = readForm(fields, shown);
  const start = useStartRun();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const end = useRef<HTMLDivElement>(null);
  const last = useRunStream(turns.at(-1)?.runId);
  const isGoing = turns.length > 0 && !isEnded(last.run.status) && !last.problem;
  useEffect(() => {
    // Returns a promise in newer browsers, which React would take for a clean-up.
    const element = end.current;
    if (element) element.scrollIntoView({ block: "end" });
  }, [turns.length, last.run.answerLength, last.run.status]);
  const send = async (query: string, files: string[]) => {
    setIsBusy(true);
    setError(null);
    try {
      await save();
      const made = await start.mutateAsync({
        app,
        version: "draft",
        query,
        files,
        inputs: read.values,
        ...(conversationId ? { conversation_id: conversationId } : {}),
      });
      changePanel(app, ({ turns: before }) => ({
        runId: made.id,
        conversationId: made.conversation_id ?? conversationId,
        turns: [...before, { runId: made.id, query }],
        inputs: read.values,
      }));
      return true;
    } catch (caught) {
      setError(caught);
      return false;
    } finally {
      setIsBusy(false);
    }
  };
  const renew = () => changePanel(app, { turns: [], conversationId: undefined, runId: undefined });
  return (
    <>
      <div className={styles["talk"]}>
        {fields.length > 0 && (
          <details className={styles["inputs"]} open={turns.length === 0}>
            <summary>{t("debugging.panelInputs")}</summary>
            <FormFields fields={fields} state={shown} onChange={(change) => setState((before) => change({ ...formState(fields), ...before }))} faults={turns.length > 0 ? read.faults : {}} />
          </details>
        )}
        {turns.length === 0 && <Opening facts={facts} onPick={(query) => void send(query, [])} />}
        {turns.map((turn) => (
          <TurnView key={turn.runId} turn={turn} facts={facts} />
        ))}
        {error !== null && <ErrorNote error={error} />}
        <div ref={end} />
      </div>
      <Composer isBusy={isBusy || isGoing} isFine={read.isFine} onSend={send} onRenew={turns.length > 0 ? renew : undefined} />
    </>
  );
}

interface AppWords {
  app?: { opening?: string; suggestions?: string[] };
}

function Opening({ facts, onPick }: { facts: RunFacts; onPick: (query: string) => void }) {
  const { t } = useI18n();
  const { opening, suggestions = [] } = (facts.document as AppWords | undefined)?.app ?? {};
  return (
    <div className={styles["opening"]}>
      {opening ? <Markdown text={opening} /> : <p className={styles["faint"]}>{t("debugging.panelChatHint")}</p>}
      {suggestions.map((suggestion) => (
        <Button key={suggestion} size="small" onClick={() => onPick(suggestion)}>
          {suggestion}
        </Button>
      ))}
    </div>
  );
}

function TurnView({ turn, facts }: { turn: Turn; facts: RunFacts }) {
  const { run, state } = useRunStream(turn.runId);
  const now = useNow(!isEnded(run.status));
  return (
    <article className={styles["turn"]}>
      <div className={styles["said"]}>
        <Markdown text={turn.query} />
      </div>
      <div className={styles["answered"]}>
        <StreamingText text={run.answer} isGoing={run.status === "running" || run.status === "queued"} />
        {run.problem && (
          <Callout tone="danger" title={run.problem.title}>
            <ProblemText problem={run.problem} />
          </Callout>
        )}
        <WaitsCard runId={turn.runId} run={run} titleOf={facts.titleOf} nowMs={now} isCompact />
      </div>
      <ResultHead runId={turn.runId} run={run} nowMs={now} isAway={state === "waiting"} />
    </article>
  );
}
