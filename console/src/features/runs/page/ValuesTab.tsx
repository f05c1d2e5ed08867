import { Card } from "@/design";
import { useI18n } from "@/i18n";
import type { RunModel } from "../model";
import { JsonTree } from "../values/JsonTree";
import { hasBlob } from "../values/json-paths";
import type { RunFacts } from "./use-run-facts";
import styles from "./RunPage.module.css";

/** What went in and what came out. */
export function ValuesTab({ run, facts }: { run: RunModel; facts: RunFacts }) {
  const { t } = useI18n();
  const { started } = run;
  const inputs = started && !hasBlob(started.inputs) ? started.inputs : facts.detail?.inputs;
  const outputs = run.outputs && !hasBlob(run.outputs) ? run.outputs : facts.detail?.outputs;
  const variables = started?.conversation;
  const hasVariables = variables && Object.keys(variables).length > 0;
  const pins = started?.pins;
  return (
    <div className={styles["scroll"]}>
      <div className={styles["values"]}>
        <Card title={t("runs.input")}>
          <JsonTree value={inputs ?? {}} />
        </Card>
        <Card title={t("runs.output")}>
          {outputs ? <JsonTree value={outputs} /> : <p className={styles["advice"]}>{t("runs.noOutputYet")}</p>}
        </Card>
        {hasVariables && (
          <Card title={t("runs.variables")} description={t("runs.variablesHint")}>
            <JsonTree value={variables} root="conversation" />
          </Card>
        )}
        {pins && Object.keys(pins).length > 0 && (
          <Card title={t("runs.pins")} description={t("runs.pinsHint")}>
            <JsonTree value={pins} openDepth={1} />
          </Card>
        )}
        {started && (
          <Card title={t("runs.system")} description={t("runs.systemHint", { braces: "{{sys.…}}" })}>
            <JsonTree value={started.system} root="sys" />
          </Card>
        )}
      </div>
    </div>
  );
}
