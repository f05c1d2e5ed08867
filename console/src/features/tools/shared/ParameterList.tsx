import { useMemo, useState } from "react";
import { Button, CodeBlock } from "@/design";
import { useI18n } from "@/i18n";
import { parametersOf, type Parameter } from "./parameters";
import styles from "./Shared.module.css";

/** What a tool is called with, as a list to read; its schema for those who want it. */
export function ParameterList({ schema }: { schema: Record<string, unknown> }) {
  const { t } = useI18n();
  const [isRaw, setIsRaw] = useState(false);
  const parameters = useMemo(() => parametersOf(schema), [schema]);
  return (
    <section className={styles["parameters"]} aria-label={t("tools.arguments")}>
      <header className={styles["parametersHead"]}>
        <p>{t("tools.arguments")}</p>
        <Button size="small" variant="ghost" aria-pressed={isRaw} onClick={() => setIsRaw(!isRaw)}>
          {t(isRaw ? "tools.showList" : "tools.showSchema")}
        </Button>
      </header>
      {isRaw ? (
        <CodeBlock language="json" code={JSON.stringify(schema, null, 2)} maxHeight={360} />
      ) : parameters.length === 0 ? (
        <p className={styles["none"]}>{t("tools.noArguments")}</p>
      ) : (
        <Parameters parameters={parameters} />
      )}
    </section>
  );
}

function Parameters({ parameters }: { parameters: readonly Parameter[] }) {
  const { t } = useI18n();
  return (
    <ul className={styles["list"]}>
      {parameters.map((parameter) => (
        <li key={parameter.name} className={styles["parameter"]}>
          <div className={styles["name"]}>
            <code>{parameter.name}</code>
            {parameter.isRequired && <span className={styles["required"]}>{t("tools.required")}</span>}
          </div>
          <div className={styles["about"]}>
            <span className={styles["facts"]}>
              <span className={styles["type"]}>{parameter.type}</span>
              {parameter.bounds && <span>{parameter.bounds}</span>}
              {parameter.fallback !== undefined && (
                <span>
                  {t("tools.default")} <code>{parameter.fallback}</code>
                </span>
              )}
            </span>
            {parameter.description && <p className={styles["says"]}>{parameter.description}</p>}
            {parameter.choices.length > 0 && (
              <p className={styles["choices"]} aria-label={t("tools.choices")}>
                {parameter.choices.slice(0, 24).map((choice) => (
                  <code key={choice}>{choice}</code>
                ))}
                {parameter.choices.length > 24 && <span>{t("tools.moreChoices", { count: parameter.choices.length - 24 })}</span>}
              </p>
            )}
          </div>
          {parameter.parts.length > 0 && (
            <div className={styles["parts"]}>
              <Parameters parameters={parameter.parts} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
