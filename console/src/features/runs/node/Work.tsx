import { isGiven } from "../model";
import { Bot, Wrench } from "lucide-react";
import { Badge } from "@/design";
import { useI18n } from "@/i18n";
import type { ModelCall, NodeStep, Span } from "../model";
import { JsonTree } from "../values/JsonTree";
import styles from "./SidePanel.module.css";

/** Each call of a model that a node made. */
export function ModelCalls({ calls }: { calls: readonly ModelCall[] }) {
  const { t, format } = useI18n();
  return (
    <table className={styles["table"]}>
      <thead>
        <tr>
          <th scope="col">{t("runs.model")}</th>
          <th scope="col">{t("runs.tokens")}</th>
          <th scope="col">{t("runs.firstToken")}</th>
          <th scope="col">{t("runs.duration")}</th>
          <th scope="col">{t("runs.cost")}</th>
        </tr>
      </thead>
      <tbody>
        {calls.map((call, index) => (
          <tr key={index}>
            <td>
              <code>{`${call.provider}/${call.model}`}</code>
              {(call.attempts ?? 1) > 1 && <Badge>×{call.attempts}</Badge>}
            </td>
            <td>{`${format.number(call.usage.input_tokens ?? 0)} → ${format.number(call.usage.output_tokens ?? 0)}`}</td>
            <td>{!isGiven(call.first_token_s) ? "–" : format.duration(call.first_token_s)}</td>
            <td>{format.duration(call.elapsed_s ?? 0)}</td>
            <td>{!isGiven(call.cost_usd) ? "–" : format.cost(call.cost_usd)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface StepValue {
  text?: string;
  is_error?: boolean;
  tool_calls?: { id: string; name: string; arguments: string }[];
}

/** What an agent did, one after the other: what the model said and what the tools gave. */
export function Steps({ steps }: { steps: readonly NodeStep[] }) {
  const { format } = useI18n();
  return (
    <ol className={styles["steps"]}>
      {steps.map((step) => {
        const value = (step.value["value"] ?? {}) as StepValue;
        const Icon = step.key.startsWith("tool") ? Wrench : Bot;
        return (
          <li key={step.number}>
            <span className={styles["stepHead"]}>
              <Icon size={14} aria-hidden />
              <strong>{step.key}</strong>
              <span className={styles["faint"]}>{format.duration(step.elapsed_s ?? 0)}</span>
            </span>
            {value.tool_calls?.map((call) => (
              <code key={call.id} className={styles["call"]}>{`${call.name} ${call.arguments}`}</code>
            ))}
            {value.text && <p className={value.is_error ? styles["errorText"] : styles["stepText"]}>{value.text}</p>}
            {!value.tool_calls && !value.text && <JsonTree value={step.value["value"]} openDepth={1} />}
          </li>
        );
      })}
    </ol>
  );
}

/** Attempts, waits between them, and waiting for people, in order. */
export function Attempts({ spans, nowMs, repeats }: { spans: readonly Span[]; nowMs: number; repeats: number }) {
  const { t, format } = useI18n();
  const labels = {
    running: (span: Span) => t("runs.attemptNumber", { number: span.attempt }),
    retrying: () => t("runs.beforeRetry"),
    waiting: () => t("runs.statusWaiting"),
  };
  return (
    <>
      <ol className={styles["attempts"]}>
        {spans.map((span, index) => (
          <li key={index} data-kind={span.problem ? "failed" : span.kind}>
            <span>{labels[span.kind](span)}</span>
            <span className={styles["faint"]}>{format.duration(((span.toMs ?? nowMs) - span.fromMs) / 1000)}</span>
            {span.problem && <p className={styles["errorText"]}>{span.problem.detail || span.problem.title}</p>}
          </li>
        ))}
      </ol>
      {repeats > 0 && <p className={styles["faint"]}>{t("runs.repeated", { count: repeats })}</p>}
    </>
  );
}
