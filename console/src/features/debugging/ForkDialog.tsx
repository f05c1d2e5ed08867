import { useState } from "react";
import { Button, Dialog, ErrorNote, Field, FieldStack, Textarea } from "@/design";
import { FormFields, formState, readForm, startFields, type RunFacts, type RunModel, type Values } from "@/features/runs";
import { useI18n } from "@/i18n";
import { useFork } from "./api";
import { PlacePicker } from "./PlacePicker";
import { usePlaces } from "./use-places";
import { VersionPicker } from "./VersionPicker";
import { changedInputs } from "./changes";
import styles from "./Debugging.module.css";

interface ForkDialogProps {
  runId: string;
  run: RunModel;
  facts: RunFacts;
  /** Places that are to run again in any case. */
  at?: string[];
  onClose: () => void;
  onMade: (runId: string) => void;
}

/** Runs a run again with changes; only what they change is paid for. */
export function ForkDialog({ runId, run, facts, at = [], onClose, onMade }: ForkDialogProps) {
  const { t } = useI18n();
  const fork = useFork(runId);
  const [places, setPlaces] = useState(at);
  const [version, setVersion] = useState("own");
  const given: Values = run.started?.inputs ?? {};
  const fields = startFields(facts.document, facts.nodeTypes?.start ?? new Set());
  const [state, setState] = useState(() => formState(fields, given));
  const recordedQuery = run.started?.system["query"];
  const [query, setQuery] = useState(typeof recordedQuery === "string" ? recordedQuery : "");
  const read = readForm(fields, state);
  const isChat = run.started?.mode === "chat";
  const send = () => {
    fork.mutate(
      {
        at: places,
        inputs: changedInputs(fields, given, read.values),
        ...(isChat && query !== recordedQuery ? { query } : {}),
        ...(version === "own" ? {} : { version }),
      },
      { onSuccess: onMade },
    );
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("debugging.forkTitle")}
      description={t("debugging.forkHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button variant="primary" isBusy={fork.isPending} disabled={!read.isFine} onClick={send}>
            {t("debugging.fork")}
          </Button>
        </>
      }
    >
      <FieldStack>
        <Field label={t("debugging.at")} hint={t("debugging.atHint")} isOptional>
          <PlacePicker chosen={places} onChange={setPlaces} places={usePlaces(run, facts)} />
        </Field>
        <VersionPicker app={facts.appId} value={version} onChange={setVersion} hasOwn />
        {isChat && (
          <Field label={t("debugging.query")}>
            <Textarea value={query} onChange={(event) => setQuery(event.target.value)} />
          </Field>
        )}
        {fields.some((field) => !field.hidden) && (
          <fieldset className={styles["group"]}>
            <legend>{t("debugging.inputs")}</legend>
            <FormFields fields={fields} state={state} onChange={setState} faults={read.faults} />
          </fieldset>
        )}
        {fork.error && <ErrorNote error={fork.error} />}
      </FieldStack>
    </Dialog>
  );
}
