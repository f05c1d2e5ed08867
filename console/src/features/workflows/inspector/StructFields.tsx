import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { useEditorState } from "@/canvas";
import type { JsonObject } from "@/canvas/model/json";
import { useI18n } from "@/i18n";
import { FixedArguments, ToolArguments } from "./fields/ToolArguments";
import styles from "./fields/Fields.module.css";
import { useForm, type Path } from "./form-context";
import { isSeldom, isToolUse, propertiesOf, requiredOf, shapeOf, type Schema } from "./schema";
import { SchemaField } from "./SchemaField";

interface StructFieldsProps {
  schema: Schema;
  path: Path;
  value: JsonObject;
  hidden?: readonly string[];
}

/** The settings of one object, those that are seldom changed behind a fold. */
export function StructFields({ schema, path, value, hidden = [] }: StructFieldsProps) {
  const form = useForm();
  const required = requiredOf(schema);
  const fields = propertiesOf(schema)
    .filter(([name]) => !hidden.includes(name))
    .map(([name, property]) => {
      const isRaw = path.length === 0 && form.rawFields.includes(name);
      return { name, property, isSeldom: isSeldom(name, shapeOf(name, property, { isRaw }), required.includes(name)) };
    });
  const [often, seldom] = [fields.filter((field) => !field.isSeldom), fields.filter((field) => field.isSeldom)];
  const isAll = often.length === 0 || seldom.length <= 1;
  const drawn = ({ name, property }: (typeof fields)[number]) => {
    const at = [...path, name];
    if (name === "arguments" && "tool" in value && path.length === 0) {
      return <ToolArguments key={name} path={at} tool={value["tool"]} value={value[name]} />;
    }
    if (name === "arguments" && isToolUse(path)) {
      // Another tool has other arguments.
      const key = `${name} ${JSON.stringify(value["name"])}`;
      return <FixedArguments key={key} path={at} tool={value["name"]} value={value[name]} hint={shapeOf(name, property).description || undefined} />;
    }
    return <SchemaField key={name} name={name} schema={property} path={at} value={value[name]} isRequired={required.includes(name)} within={value} />;
  };
  return (
    <div className={styles["stack"]}>
      {(isAll ? fields : often).map(drawn)}
      {!isAll && (
        <Seldom path={path} names={seldom.map(({ name }) => name)} value={value}>
          {() => seldom.map(drawn)}
        </Seldom>
      )}
    </div>
  );
}

function Seldom({ path, names, value, children }: { path: Path; names: readonly string[]; value: JsonObject; children: () => React.ReactNode }) {
  const { t } = useI18n();
  const { issues } = useForm();
  const [isOpen, setIsOpen] = useState(false);
  const set = names.filter((name) => value[name] !== undefined).length;
  const isWithin = (at: readonly string[] | null) =>
    at !== null && at[0] === "settings" && path.every((part, index) => at[index + 1] === String(part)) && names.includes(at[path.length + 1] ?? "");
  const isWanted = useEditorState(({ focusPath }) => isWithin(focusPath));
  const isFaulty = issues.some((issue) => isWithin(issue.path));
  const isShown = isOpen || isFaulty || isWanted;
  return (
    <>
      <button type="button" className={styles["more"]} aria-expanded={isShown} onClick={() => setIsOpen(!isShown)}>
        <ChevronRight size={14} aria-hidden />
        {t("workflows.moreSettings")}
        {set > 0 && !isShown && <span className={styles["cardNote"]}>{t("workflows.settingsSet", { count: set })}</span>}
      </button>
      {isShown && children()}
    </>
  );
}
