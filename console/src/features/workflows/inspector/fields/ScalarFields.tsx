import { isObject } from "@/canvas/model/json";
import { Input, Select, Switch } from "@/design";
import { useI18n } from "@/i18n";
import { useForm, useIssue, type Path } from "../form-context";
import { labelOf, type Shape } from "../schema";
import { FieldFrame, useJumpTarget } from "./FieldFrame";
import styles from "./Fields.module.css";
import { Hint } from "./Hint";

interface ScalarProps {
  path: Path;
  shape: Shape;
  value: unknown;
  isRequired?: boolean;
}

/** A number, within its bounds; what is left empty is the default. */
export function NumberField({ path, shape, value, isRequired }: ScalarProps) {
  const { t } = useI18n();
  const form = useForm();
  const { schema } = shape;
  const fallback = typeof shape.fallback === "number" ? String(shape.fallback) : t("workflows.notSet");
  return (
    <FieldFrame path={path} label={shape.label} hint={shape.description} isRequired={isRequired}>
      <Input
        type="number"
        inputMode="decimal"
        step={schema["type"] === "integer" ? 1 : "any"}
        min={bound(schema["minimum"] ?? schema["exclusiveMinimum"])}
        max={bound(schema["maximum"])}
        value={typeof value === "number" ? value : ""}
        placeholder={fallback}
        disabled={form.isReadOnly}
        onChange={(event) => form.set(path, event.target.value === "" ? undefined : event.target.valueAsNumber)}
      />
    </FieldFrame>
  );
}

function bound(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** On or off. */
export function SwitchField({ path, shape, value }: ScalarProps) {
  const form = useForm();
  const issue = useIssue(path);
  const box = useJumpTarget(["settings", ...path]);
  const isOn = typeof value === "boolean" ? value : shape.fallback === true;
  return (
    <div ref={box} className={styles["field"]}>
      <Switch
        isOn={isOn}
        label={shape.label}
        description={shape.description && <Hint text={shape.description} />}
        isDisabled={form.isReadOnly}
        onChange={(next) => form.set(path, next === shape.fallback ? undefined : next)}
      />
      {issue && <p className={styles["issue"]}>{issue}</p>}
    </div>
  );
}

/** One of a few. */
export function ChoiceField({ path, shape, value, isRequired }: ScalarProps) {
  const { t } = useI18n();
  const form = useForm();
  const choices = Array.isArray(shape.schema["enum"]) ? shape.schema["enum"].map(String) : [];
  const current = typeof value === "string" || typeof value === "number" ? String(value) : typeof shape.fallback === "string" ? shape.fallback : undefined;
  return (
    <FieldFrame path={path} label={shape.label} hint={shape.description} isRequired={isRequired}>
      <Select
        value={current}
        options={choices.map((choice) => ({ value: choice, label: isType(choice) ? choice : labelOf(choice) }))}
        placeholder={t("workflows.notSet")}
        isDisabled={form.isReadOnly}
        onChange={(next) => form.set(path, next === shape.fallback ? undefined : next)}
      />
    </FieldFrame>
  );
}

function isType(choice: string): boolean {
  return choice.startsWith("array[") || /^[A-Z]+$/.test(choice);
}

/** A name: a word of its own, without references. What is not finished is marked by the check. */
export function WordField({ path, shape, value, isRequired }: ScalarProps) {
  const form = useForm();
  const text = typeof value === "string" ? value : "";
  return (
    <FieldFrame path={path} label={shape.label} hint={shape.description} isRequired={isRequired}>
      <Input
        isMono={shape.schema["pattern"] !== undefined}
        value={text}
        placeholder={typeof shape.fallback === "string" ? shape.fallback : undefined}
        disabled={form.isReadOnly}
        onChange={(event) => form.set(path, event.target.value || (isRequired ? "" : undefined))}
      />
    </FieldFrame>
  );
}

const LANGUAGES = [
  { value: "python", label: "Python" },
  { value: "javascript", label: "JavaScript" },
];

/** What code is written in. */
export function LanguageField({ path, shape, value }: ScalarProps) {
  const form = useForm();
  const held = typeof value === "string" ? value : "python";
  const isKnown = LANGUAGES.some((language) => language.value === held);
  return (
    <FieldFrame path={path} label={shape.label}>
      <Select
        value={held}
        options={isKnown ? LANGUAGES : [...LANGUAGES, { value: held, label: held }]}
        isDisabled={form.isReadOnly}
        onChange={(next) => form.set(path, next)}
      />
    </FieldFrame>
  );
}

/** A code node's language, from what it says it takes. */
export function languageOf(settings: unknown): "python" | "javascript" {
  return isObject(settings) && settings["language"] === "javascript" ? "javascript" : "python";
}
