import { isObject, type Json } from "@/canvas/model/json";
import { useI18n } from "@/i18n";
import type { Path } from "../form-context";
import { labelOf } from "../schema";
import styles from "./Fields.module.css";
import { useToolParameters } from "./Pickers";
import { RecordField } from "./RecordField";
import { ValueField } from "./ValueField";

/** What a tool is called with: its own parameters when it is known, else names and values. */
export function ToolArguments({ path, tool, value }: { path: Path; tool: Json | undefined; value: Json | undefined }) {
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
