import { Play, RotateCcw } from "lucide-react";
import { useState } from "react";
import { Button, ErrorNote } from "@/design";
import { FormFields, formState, isEnded, readForm, startFields, useRunStream, useStartRun, type RunFacts, type Values } from "@/features/runs";
import { useI18n } from "@/i18n";
import { useFork } from "../api";
import { Pins } from "./Pins";
import { RunResult } from "./RunResult";
import { changePanel, FORM_ID, usePanel } from "./store";
import styles from "./Panel.module.css";

interface FormPanelProps {
  app: string;
  facts: RunFacts;
  save: () => Promise<void>;
}

/** The start form, and what a run of the draft came to. */
export function FormPanel({ app, facts, save }: FormPanelProps) {
  const { t } = useI18n();
  const { runId, pins, inputs } = usePanel(app);
  const [isFormOpen, setIsFormOpen] = useState(runId === undefined);
  const fields = startFields(facts.document, facts.nodeTypes?.start ?? new Set()).filter((field) => !field.hidden);
  const [state, setState] = useState(() => formState(fields, inputs));
  const [isTried, setIsTried] = useState(false);
  const shown = { ...formState(fields), ...state };
  const read = readForm(fields, shown);
  const order = useDraftRun(app, facts, save);
  const { run } = useRunStream(runId);
  const isGoing = runId !== undefined && !isEnded(run.status) && order.error === null;
  const start = () => {
    setIsTried(true);
    setIsFormOpen(!read.isFine);
    if (read.isFine) void order.run(read.values, runId, pins);
  };
  return (
    <div className={styles["body"]}>
      <form
        id={FORM_ID}
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        {fields.length === 0 && <p className={styles["faint"]}>{t("debugging.panelNoFields")}</p>}
        {fields.length > 0 && (
          <details
            className={styles["inputs"]}
            open={isFormOpen}
            onToggle={(event) => setIsFormOpen(event.currentTarget.open)}
          >
            <summary>
              {t("debugging.panelInputs")}
              {!isFormOpen && <span className={styles["given"]}>{givenText(read.values)}</span>}
            </summary>
            <FormFields
              fields={fields}
              state={shown}
              onChange={(change) => setState((before) => change({ ...formState(fields), ...before }))}
              faults={isTried ? read.faults : {}}
              autoFocus
            />
          </details>
        )}
        <Pins app={app} facts={facts} />
        {order.error !== null && <ErrorNote error={order.error} />}
        <div className={styles["tools"]}>
          <Button type="submit" variant="primary" icon={runId ? RotateCcw : Play} isBusy={order.isBusy}>
            {runId ? t("debugging.panelAgain") : t("debugging.panelRun")}
          </Button>
        </div>
      </form>
      {runId === undefined ? (
        <p className={styles["hint"]}>{t("debugging.panelEmpty")}</p>
      ) : (
        <RunResult key={runId} app={app} runId={runId} facts={facts} isGoing={isGoing} />
      )}
    </div>
  );
}

/** The inputs in a line. */
function givenText(values: Values): string {
  const shown = Object.values(values).filter((value) => typeof value !== "object");
  return shown.map(String).join(" · ");
}

/** Saves, then runs the draft. With pins it is a fork of the last run in which all else runs again. */
function useDraftRun(app: string, facts: RunFacts, save: () => Promise<void>) {
  const { runId } = usePanel(app);
  const start = useStartRun();
  const fork = useFork(runId ?? "");
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (inputs: Record<string, unknown>, last: string | undefined, pins: ReturnType<typeof usePanel>["pins"]) => {
    setIsBusy(true);
    setError(null);
    try {
      await save();
      const nodes = Object.keys(facts.document?.nodes ?? {});
      const known = Object.fromEntries(Object.entries(pins).filter(([node]) => nodes.includes(node)));
      const hasPins = last !== undefined && Object.keys(known).length > 0;
      const made = hasPins
        ? await fork.mutateAsync({ at: nodes.filter((node) => !(node in known)), inputs, pins: known, version: "draft" })
        : (await start.mutateAsync({ app, version: "draft", inputs })).id;
      changePanel(app, { runId: made, inputs });
    } catch (caught) {
      setError(caught);
    } finally {
      setIsBusy(false);
    }
  };
  return { run, isBusy, error };
}
