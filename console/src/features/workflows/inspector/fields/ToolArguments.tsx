import { Plus } from "lucide-react";
import { useState } from "react";
import { isObject, type Json } from "@/canvas/model/json";
import { Button, Menu } from "@/design";
import { useI18n } from "@/i18n";
import { useForm, type Path } from "../form-context";
import { labelOf } from "../schema";
import { FieldFrame } from "./FieldFrame";
import styles from "./Fields.module.css";
import { RecordField } from "./RecordField";
import { useToolParameters } from "./ToolPicker";
import { ValueField } from "./ValueField";

interface ToolArgumentsProps {
  path: Path;
  tool: Json | undefined;
  value: Json | undefined;
}

/** What a tool is called with: its own parameters when it is known, else names and values. */
export function ToolArguments({ path, tool, value }: ToolArgumentsProps) {
  const { t } = useI18n();
  const parameters = useToolParameters(tool);
  if (!parameters) return <RecordField path={path} label={t("workflows.arguments")} value={value} />;
  return (
    <div className={styles["stack"]}>
      {parameters.map(({ name, description, isRequired }) => (
        <ValueField
          key={name}
          path={[...path, name]}
          label={labelOf(name)}
          hint={description || undefined}
          value={isObject(value) ? value[name] : undefined}
          isRequired={isRequired}
        />
      ))}
    </div>
  );
}

/** Arguments that a model neither sees nor sets: those that are set, and a list of the others. */
export function FixedArguments({ path, tool, value, hint }: ToolArgumentsProps & { hint: string | undefined }) {
  const { t } = useI18n();
  const form = useForm();
  const parameters = useToolParameters(tool);
  const [added, setAdded] = useState<readonly string[]>([]);
  if (!parameters) return <RecordField path={path} label={t("workflows.fixedArguments")} hint={hint} value={value} />;
  const given = isObject(value) ? value : {};
  const names = [...new Set([...Object.keys(given), ...added])];
  const left = parameters.filter(({ name }) => !names.includes(name));
  return (
    <FieldFrame path={path} label={t("workflows.fixedArguments")} hint={hint}>
      <div className={styles["rows"]}>
        {names.length > 0 && (
          <div className={styles["nested"]}>
            {names.map((name) => (
              <ValueField
                key={name}
                path={[...path, name]}
                label={labelOf(name)}
                hint={parameters.find((parameter) => parameter.name === name)?.description || undefined}
                value={given[name]}
              />
            ))}
          </div>
        )}
        {left.length > 0 && !form.isReadOnly && (
          <Menu
            align="start"
            trigger={
              <Button variant="ghost" size="small" icon={Plus} className={styles["add"]}>
                {t("workflows.fixArgument")}
              </Button>
            }
            items={left.map(({ name }) => ({ label: name, onSelect: () => setAdded([...added, name]) }))}
          />
        )}
      </div>
    </FieldFrame>
  );
}
