import type { ReactNode } from "react";
import { isObject, type Json, type JsonObject } from "@/canvas/model/json";
import { startingValue } from "@/canvas/operations/starting-settings";
import { OwnLabels, Select, Switch } from "@/design";
import { useI18n } from "@/i18n";
import { DraftButton } from "./drafting/DraftButton";
import { wishOf } from "./drafting/wish";
import { ConditionsField } from "./fields/ConditionsField";
import { FieldFrame } from "./fields/FieldFrame";
import styles from "./fields/Fields.module.css";
import { Hint } from "./fields/Hint";
import { JsonField } from "./fields/JsonField";
import { ObjectListField, PlainListField } from "./fields/ListFields";
import { AppField, DatasetsField, ModelField, StrategyField } from "./fields/Pickers";
import { RecordField } from "./fields/RecordField";
import { ChoiceField, LanguageField, languageOf, NumberField, SwitchField, WordField } from "./fields/ScalarFields";
import { TextField } from "./fields/TextField";
import { ToolField } from "./fields/ToolPicker";
import { ValueField } from "./fields/ValueField";
import { useForm, type Path } from "./form-context";
import { discriminatorOf, isToolUse, labelOf, optionsOf, shapeOf, type FieldKind, type Schema, type Shape } from "./schema";
import { StructFields } from "./StructFields";

export interface SchemaFieldProps {
  name: string;
  schema: Schema;
  path: Path;
  value: Json | undefined;
  isRequired: boolean;
  /** What the setting is part of. */
  within: JsonObject;
}

interface Drawn extends SchemaFieldProps {
  shape: Shape;
  label: string;
  hint: string | undefined;
}

/** How each kind of setting is edited. */
const EDITORS: Record<FieldKind, (field: Drawn) => ReactNode> = {
  text: TextSetting,
  line: TextSetting,
  word: WordField,
  language: LanguageField,
  code: TextSetting,
  template: TextSetting,
  model: ModelField,
  app: AppField,
  tool: ToolField,
  strategy: StrategyField,
  datasets: DatasetsField,
  conditions: (field) => <ConditionsField {...common(field)} isOfItems={field.path.includes("filter")} />,
  number: NumberField,
  switch: SwitchField,
  choice: ChoiceField,
  value: (field) => <ValueField {...common(field)} wanted={field.name === "items" ? "array" : "any"} />,
  record: (field) => <RecordField {...common(field)} isOfTypes={field.name === "outputs" && isObject(field.shape.schema["additionalProperties"])} />,
  strings: (field) => <PlainListField {...common(field)} schema={field.shape.schema} />,
  values: (field) => <PlainListField {...common(field)} schema={field.shape.schema} />,
  objects: (field) => (
    <ObjectListField
      {...common(field)}
      schema={field.shape.schema}
      renderItem={(path, item, schema) => <StructFields schema={schema} path={path} value={item} />}
    />
  ),
  object: ObjectSetting,
  union: UnionSetting,
  json: JsonField,
};

function common({ path, label, hint, value, isRequired }: Drawn) {
  return { path, label, hint, value, isRequired };
}

/** One setting, edited in the way that fits its schema. */
export function SchemaField(props: SchemaFieldProps) {
  const form = useForm();
  const isRaw = props.path.length === 1 && form.rawFields.includes(props.name);
  const shape = shapeOf(props.name, props.schema, { isRaw });
  // The name of a tool that an agent may use is chosen like that of a tool node.
  const isTool = props.name === "name" && isToolUse(props.path.slice(0, -1));
  const Editor = EDITORS[isTool ? "tool" : shape.kind];
  return <Editor {...props} shape={shape} label={isTool ? labelOf("tool") : shape.label} hint={shape.description || undefined} />;
}

function TextSetting({ path, value, isRequired, shape, within, name }: SchemaFieldProps & { shape: Shape }) {
  const form = useForm();
  const text = typeof value === "string" ? value : "";
  const language = shape.kind === "code" ? languageOf(within) : shape.kind === "template" ? "template" : "prompt";
  const wish = wishOf(shape.kind, path, within, form.variablesFor(String(path[0] ?? "")));
  const change = (next: string | undefined) => form.set(path, next ?? (isRequired ? "" : undefined));
  const rows = shape.kind === "line" ? 1 : shape.kind === "text" ? (name === "system" || name === "instruction" ? 2 : 4) : 10;
  return (
    <TextField
      path={path}
      label={shape.label}
      hint={shape.description || undefined}
      value={text}
      language={language}
      isSingleLine={shape.kind === "line"}
      isRequired={isRequired}
      rows={rows}
      placeholder={typeof shape.fallback === "string" && shape.fallback !== "" ? shape.fallback : undefined}
      // What must be there stays as an empty text, so that the check can say so.
      onChange={change}
      action={wish && !form.isReadOnly && <DraftButton wish={wish} language={language} current={text} onUse={change} />}
    />
  );
}

/** A group of settings; one that may be left out is switched on first. */
function ObjectSetting({ path, value, shape }: SchemaFieldProps & { shape: Shape }) {
  const form = useForm();
  const isOn = isObject(value);
  const fields = (
    <OwnLabels>
      <StructFields schema={shape.schema} path={path} value={isOn ? value : {}} />
    </OwnLabels>
  );
  if (!shape.isNullable) {
    return (
      <FieldFrame path={path} label={shape.label} hint={shape.description}>
        <div className={styles["nested"]}>{fields}</div>
      </FieldFrame>
    );
  }
  return (
    <div className={styles["field"]} data-path={path.join("/")}>
      <Switch
        isOn={isOn}
        label={shape.label}
        description={shape.description && <Hint text={shape.description} />}
        isDisabled={form.isReadOnly}
        onChange={(next) => form.set(path, next ? startingValue(shape.schema) : undefined)}
      />
      {isOn && <div className={styles["nested"]}>{fields}</div>}
    </div>
  );
}

/** One of several kinds, each with settings of its own. */
function UnionSetting({ path, value, shape, isRequired }: SchemaFieldProps & { shape: Shape }) {
  const { t } = useI18n();
  const form = useForm();
  const options = optionsOf(shape.schema);
  const name = discriminatorOf([...options.values()]) ?? "type";
  const held = isObject(value) ? value : isObject(shape.fallback) ? shape.fallback : {};
  const kind = typeof held[name] === "string" ? held[name] : undefined;
  const chosen = kind === undefined ? undefined : options.get(kind);
  const none = shape.isNullable ? [{ value: "∅", label: t("workflows.notSet") }] : [];
  return (
    <FieldFrame path={path} label={shape.label} hint={shape.description} isRequired={isRequired}>
      <Select
        value={kind ?? (shape.isNullable ? "∅" : undefined)}
        options={[...none, ...[...options.keys()].map((each) => ({ value: each, label: labelOf(each) }))]}
        isDisabled={form.isReadOnly}
        onChange={(next) => {
          const option = options.get(next);
          form.set(path, option ? startingValue(option) : undefined);
        }}
      />
      {chosen && (
        <div className={styles["nested"]}>
          <OwnLabels>
            <StructFields schema={chosen} path={path} value={held} hidden={[name]} />
          </OwnLabels>
        </div>
      )}
    </FieldFrame>
  );
}
