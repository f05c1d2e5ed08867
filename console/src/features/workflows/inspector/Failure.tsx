import { useEditor, useEditorState, useNodeIssues, type RetryPolicy, type WorkflowNode } from "@/canvas";
import { issueAt } from "@/canvas/state/issues";
import { updateNode } from "@/canvas/operations/nodes";
import { Field, Input, Select, Switch } from "@/design";
import { useI18n, type PlainKey } from "@/i18n";
import { textValue, valueText } from "./fields/ValueField";
import styles from "./fields/Fields.module.css";

const RETRY: { key: keyof RetryPolicy; label: PlainKey; standard: number; min: number; max: number }[] = [
  { key: "attempts", label: "workflows.retryAttempts", standard: 3, min: 1, max: 20 },
  { key: "delay_s", label: "workflows.retryDelay", standard: 1, min: 0, max: 3600 },
  { key: "factor", label: "workflows.retryFactor", standard: 2, min: 1, max: 10 },
  { key: "max_delay_s", label: "workflows.retryMaxDelay", standard: 60, min: 0, max: 3600 },
];

/** How long a node may take, whether it is tried again, and what happens when it fails for good. */
export function Failure({ id, node, isContainer }: { id: string; node: WorkflowNode; isContainer: boolean }) {
  const { t } = useI18n();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const outputs = useEditorState((state) => state.shapes[id]?.outputs);
  const issues = useNodeIssues(id);
  const change = (changes: Parameters<typeof updateNode>[2], group: string) =>
    editor.edit((document) => updateNode(document, id, changes), { group: `${id}/${group}` });
  const number = (text: string) => (text === "" ? undefined : Number(text));
  return (
    <div className={styles["stack"]}>
      <Field label={t("workflows.timeout")} hint={t("workflows.timeoutHint")} error={issueAt(issues, ["timeout_s"])?.message}>
        <Input
          type="number"
          min={0}
          value={node.timeout_s ?? ""}
          placeholder={t("workflows.typesOwn")}
          disabled={isReadOnly}
          onChange={(event) => change({ timeout_s: number(event.target.value) }, "timeout")}
        />
      </Field>
      {!isContainer && (
        <Switch
          isOn={node.retry !== undefined}
          label={t("workflows.retry")}
          description={t("workflows.retryHint")}
          isDisabled={isReadOnly}
          onChange={(isOn) => change({ retry: isOn ? {} : undefined }, "retry")}
        />
      )}
      {node.retry && (
        <div className={styles["pairs"]}>
          {RETRY.map(({ key, label, standard, min, max }) => (
            <Field key={key} label={t(label)} error={issueAt(issues, ["retry", key])?.message}>
              <Input
                type="number"
                min={min}
                max={max}
                step="any"
                value={node.retry?.[key] ?? ""}
                placeholder={String(standard)}
                disabled={isReadOnly}
                onChange={(event) => {
                  const entries: [string, number | undefined][] = Object.entries({ ...node.retry, [key]: number(event.target.value) });
                  change({ retry: Object.fromEntries(entries.filter(([, value]) => value !== undefined)) }, `retry/${key}`);
                }}
              />
            </Field>
          ))}
        </div>
      )}
      <Field label={t("workflows.onFailure")} error={issueAt(issues, ["on_failure"])?.message}>
        <Select
          value={node.on_failure ?? "stop"}
          options={[
            { value: "stop", label: t("workflows.failStop"), description: t("workflows.failStopHint") },
            { value: "defaults", label: t("workflows.failDefaults"), description: t("workflows.failDefaultsHint") },
            { value: "edge", label: t("workflows.failEdge"), description: t("workflows.failEdgeHint") },
          ]}
          isDisabled={isReadOnly}
          onChange={(next) => change({ on_failure: next === "stop" ? undefined : next, ...(next === "defaults" ? {} : { defaults: undefined }) }, "failure")}
        />
      </Field>
      {node.on_failure === "defaults" && (
        <div className={styles["nested"]}>
          {(outputs ?? [])
            .filter((output) => output.name !== "error")
            .map((output) => (
              <Field
                key={output.name}
                label={<code>{output.name}</code>}
                action={<span className={styles["type"]}>{output.type}</span>}
                error={issueAt(issues, ["defaults", output.name])?.message}
              >
                <Input
                  value={valueText(node.defaults?.[output.name])}
                  placeholder="null"
                  disabled={isReadOnly}
                  onChange={(event) => {
                    const value = textValue(event.target.value === "" ? undefined : event.target.value, undefined);
                    const entries = Object.entries({ ...node.defaults, [output.name]: value });
                    change({ defaults: Object.fromEntries(entries.filter(([, each]) => each !== undefined)) as WorkflowNode["defaults"] }, `defaults/${output.name}`);
                  }}
                />
              </Field>
            ))}
        </div>
      )}
    </div>
  );
}
