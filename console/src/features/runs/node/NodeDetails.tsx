import { Callout, CodeBlock, CopyButton } from "@/design";
import { useI18n } from "@/i18n";
import { useRunNodes } from "../api";
import { inputsOf, totalsOf, type NodeModel } from "../model";
import { ProblemText } from "../page/RunOutcome";
import { RunLink } from "../page/RunHeader";
import { JsonTree } from "../values/JsonTree";
import { copyable, hasBlob } from "../values/json-paths";
import { Attempts, ModelCalls, Steps } from "./Work";
import { RoundsBrowser } from "./RoundsBrowser";
import { Section } from "./Section";
import type { SidePanelProps } from "./SidePanel";
import styles from "./SidePanel.module.css";

export function NodeDetails(props: SidePanelProps & { node: NodeModel }) {
  const { runId, node, nowMs, onSelect } = props;
  const { t } = useI18n();
  return (
    <>
      <Figures node={node} nowMs={nowMs} />
      {node.reused && <Reused source={node.reused} />}
      {node.problem && node.status !== "succeeded" && (
        <Callout tone="danger" title={node.problem.title}>
          <ProblemText problem={node.problem} />
          {node.handling === "defaults" && <p>{t("runs.handledDefaults")}</p>}
          {node.handling === "edge" && <p>{t("runs.handledEdge")}</p>}
        </Callout>
      )}
      {node.rounds.length > 0 && (
        <Section title={t("runs.rounds")} count={node.rounds.length}>
          <RoundsBrowser node={node} nowMs={nowMs} onSelect={onSelect} />
        </Section>
      )}
      <Outputs runId={runId} node={node} />
      <Inputs {...props} />
      {node.steps.length > 0 && (
        <Section title={t("runs.steps")} count={node.steps.length}>
          <Steps steps={node.steps} />
        </Section>
      )}
      {node.calls.length > 0 && (
        <Section title={t("runs.modelCalls")} count={node.calls.length}>
          <ModelCalls calls={node.calls} />
        </Section>
      )}
      {node.logs.length > 0 && (
        <Section title={t("runs.logs")} count={node.logs.length}>
          <CodeBlock code={node.logs.join("\n")} isWrapped maxHeight={280} />
        </Section>
      )}
      {node.writes.length > 0 && (
        <Section title={t("runs.writes")} count={node.writes.length}>
          <JsonTree value={node.writes} />
        </Section>
      )}
      {node.spans.length > 1 && (
        <Section title={t("runs.attempts")} isClosed={node.attempt === 1}>
          <Attempts spans={node.spans} nowMs={nowMs} repeats={node.repeats} />
        </Section>
      )}
    </>
  );
}

function Figures({ node, nowMs }: { node: NodeModel; nowMs: number }) {
  const { t, format } = useI18n();
  const totals = totalsOf(node.calls);
  const running = node.spans.filter((span) => span.kind === "running");
  const seconds = running.reduce((sum, span) => sum + (span.toMs ?? nowMs) - span.fromMs, 0) / 1000;
  const tokens = totals.inputTokens + totals.outputTokens;
  const figures = [
    node.spans.length > 0 && { label: t("runs.duration"), value: format.duration(seconds) },
    node.attempt > 1 && { label: t("runs.attempt"), value: String(node.attempt) },
    tokens > 0 && {
      label: t("runs.tokens"),
      value: `${totals.isEstimated ? "≈ " : ""}${format.number(totals.inputTokens)} → ${format.number(totals.outputTokens)}`,
    },
    totals.costUsd !== undefined && { label: t("runs.cost"), value: format.cost(totals.costUsd) },
    node.port && node.port !== "out" && { label: t("runs.port"), value: node.port },
    node.spans[0] && { label: t("runs.started"), value: format.time(node.spans[0].fromMs) },
  ].filter((figure) => typeof figure === "object");
  if (figures.length === 0) return <p className={styles["faint"]}>{t("runs.skippedHint")}</p>;
  return (
    <dl className={styles["figures"]}>
      {figures.map((figure) => (
        <div key={figure.label}>
          <dt>{figure.label}</dt>
          <dd>{figure.value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Reused({ source }: { source: string }) {
  const { t } = useI18n();
  if (source === "pin") return <Callout>{t("runs.fromPin")}</Callout>;
  return (
    <Callout>
      {t("runs.fromRecordOf")} <RunLink runId={source} />
    </Callout>
  );
}

function Outputs({ runId, node }: { runId: string; node: NodeModel }) {
  const { t } = useI18n();
  const isApart = hasBlob(node.outputs);
  const read = useRunNodes(runId, node.scope, isApart);
  const found = isApart ? read.items.find((item) => item.node === node.node)?.outputs : undefined;
  const outputs = isApart ? found : node.outputs;
  if (node.outputs === undefined) return null;
  return (
    <Section title={t("runs.output")} action={outputs && <CopyButton text={copyable(outputs)} />}>
      {outputs ? <JsonTree value={outputs} root={node.node} openDepth={1} /> : <p className={styles["faint"]}>{t("runs.loading")}</p>}
    </Section>
  );
}

/** What its settings referred to, and what that was. */
function Inputs({ run, facts, node }: SidePanelProps & { node: NodeModel }) {
  const { t } = useI18n();
  const raw = facts.nodeTypes?.rawOf(node.nodeType) ?? [];
  const inputs = facts.document ? inputsOf(run, facts.document, node.place, raw) : [];
  const settings = facts.document?.nodes[node.node]?.settings;
  return (
    <>
      {inputs.length > 0 && (
        <Section title={t("runs.input")} count={inputs.length}>
          <ul className={styles["inputs"]}>
            {inputs.map((input) => (
              <li key={input.reference}>
                <code>{input.reference}</code>
                {input.isKnown ? (
                  <JsonTree value={input.value} root={input.reference} openDepth={0} />
                ) : (
                  <span className={styles["faint"]}>{t("runs.unknownValue")}</span>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {settings && Object.keys(settings).length > 0 && (
        <Section title={t("runs.settings")} isClosed>
          <JsonTree value={settings} openDepth={1} />
        </Section>
      )}
    </>
  );
}
