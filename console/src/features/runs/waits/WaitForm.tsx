import { useState } from "react";
import { asProblem } from "@/api/problem";
import { Button, ErrorNote, Markdown, type ButtonProps } from "@/design";
import { useI18n } from "@/i18n";
import { useAnswerWait } from "../api";
import { FormFields } from "../form/FormFields";
import type { FormField } from "../form/fields";
import { formState, readForm } from "../form/form-state";
import type { OpenWait } from "../model";
import styles from "./Waits.module.css";

interface FormAction {
  id: string;
  label?: string;
  style?: "default" | "primary" | "danger" | "quiet";
}

const VARIANTS: Record<NonNullable<FormAction["style"]>, NonNullable<ButtonProps["variant"]>> = {
  default: "secondary",
  primary: "primary",
  danger: "danger",
  quiet: "ghost",
};

/** A form that a run waits for, with its ways to answer. */
export function WaitForm({ runId, wait, isAnswerable }: { runId: string; wait: OpenWait; isAnswerable: boolean }) {
  const { t } = useI18n();
  const data = wait.wait.data ?? {};
  const fields = (data["fields"] ?? []) as FormField[];
  const actions = (data["actions"] ?? []) as FormAction[];
  const content = typeof data["content"] === "string" ? data["content"] : "";
  const [state, setState] = useState(() => formState(fields));
  const [isTried, setIsTried] = useState(false);
  const answer = useAnswerWait(runId);
  const read = readForm(fields, state, true);
  const send = (action: string) => {
    setIsTried(true);
    if (read.isFine) answer.mutate({ place: wait.place, answer: { action, fields: read.values } });
  };
  const messages = messagesOf(answer.error);
  const isOnlyFields = answer.error !== null && Object.keys(messages).length > 0;
  return (
    <div className={styles["form"]}>
      {content && <Markdown text={content} />}
      {fields.length > 0 && (
        <FormFields fields={fields} state={state} onChange={setState} faults={isTried ? read.faults : {}} messages={messages} />
      )}
      {answer.error && !isOnlyFields && <ErrorNote error={answer.error} />}
      {isAnswerable && (
        <div className={styles["actions"]}>
          {actions.map((action) => (
            <Button
              key={action.id}
              variant={VARIANTS[action.style ?? "default"]}
              isBusy={answer.isPending && sentAction(answer.variables) === action.id}
              disabled={answer.isPending || answer.isSuccess}
              onClick={() => send(action.id)}
            >
              {action.label || action.id}
            </Button>
          ))}
          <span role="status" className={styles["sent"]}>
            {answer.isSuccess && t("runs.answered")}
          </span>
        </div>
      )}
    </div>
  );
}

function sentAction(sent: { answer: unknown } | undefined): unknown {
  return (sent?.answer as { action?: string } | undefined)?.action;
}

/** What the API said about fields, by their names: pointers are `/fields/name`. */
function messagesOf(error: unknown): Record<string, string> {
  if (error === null || error === undefined) return {};
  const faults = asProblem(error).errors.map(({ pointer, message }) => [/\/fields\/([^/]+)/.exec(pointer)?.[1], message]);
  return Object.fromEntries(faults.filter(([name]) => name !== undefined)) as Record<string, string>;
}
