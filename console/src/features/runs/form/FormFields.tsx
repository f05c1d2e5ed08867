import { isGiven } from "../model";
import { useI18n } from "@/i18n";
import { Checkbox, Field, FieldStack, Input, Select, Textarea } from "@/design";
import { FileField } from "./FileField";
import { PlainCheckbox } from "./PlainCheckbox";
import { labelOf, typeOf, type FieldValue, type FileEntry, type FormField, type FormState } from "./fields";
import type { Fault } from "./form-state";
import { useFaultText } from "./use-fault-text";

export interface FormFieldsProps {
  fields: readonly FormField[];
  state: FormState;
  /** Changes come as functions of what is there: several files are sent at the same time. */
  onChange: (change: (state: FormState) => FormState) => void;
  /** Shown once somebody tried to send the form. */
  faults?: Record<string, Fault>;
  /** What the API said about a field, by its name. */
  messages?: Record<string, string>;
  autoFocus?: boolean;
}

/** The fields of a start form, or of a form that a run waits for. */
export function FormFields({ fields, state, onChange, faults = {}, messages = {}, autoFocus }: FormFieldsProps) {
  const { t } = useI18n();
  const textOf = useFaultText();
  const shown = fields.filter((field) => !field.hidden);
  return (
    <FieldStack>
      {shown.map((field, index) => {
        const isCheckbox = typeOf(field) === "checkbox";
        const control = (
          <Control
            field={field}
            value={state[field.name]}
            onChange={(change) =>
              onChange((before) => ({ ...before, [field.name]: change(before[field.name]) }))
            }
            autoFocus={autoFocus && index === 0}
          />
        );
        return (
          <Field
            key={field.name}
            label={isCheckbox ? <span hidden>{labelOf(field)}</span> : labelOf(field)}
            hint={isCheckbox ? undefined : field.description}
            error={textOf(faults[field.name]) ?? messages[field.name]}
            isRequired={field.required ?? false}
            isOptional={!field.required && !isCheckbox}
            action={<Counter field={field} value={state[field.name]} title={t("forms.characters")} />}
          >
            {control}
          </Field>
        );
      })}
    </FieldStack>
  );
}

/** How much of the room for a text is taken, once it gets scarce. */
function Counter({ field, value, title }: { field: FormField; value: FieldValue | undefined; title: string }) {
  const { format } = useI18n();
  if (!isGiven(field.max_length) || typeof value !== "string" || value.length < field.max_length * 0.8) return null;
  return (
    <span title={title} style={{ color: "var(--text-faint)", fontSize: "var(--text-xs)" }}>
      {`${format.number(value.length)} / ${format.number(field.max_length)}`}
    </span>
  );
}

interface ControlProps {
  field: FormField;
  value: FieldValue | undefined;
  onChange: (change: (value: FieldValue | undefined) => FieldValue) => void;
  autoFocus: boolean | undefined;
}

function Control({ field, value, onChange, autoFocus = false }: ControlProps) {
  const { t } = useI18n();
  const set = (next: FieldValue) => onChange(() => next);
  const text = typeof value === "string" ? value : "";
  switch (typeOf(field)) {
    case "checkbox":
      return <Checkbox isOn={value === true} onChange={set} label={labelOf(field)} description={field.description} />;
    case "select":
      return <Choice field={field} value={text} onChange={set} />;
    case "multi-select":
      return <Choices field={field} value={Array.isArray(value) ? (value as string[]) : []} onChange={set} label={t("forms.choices")} />;
    case "file":
    case "files":
      return (
        <FileField
          field={field}
          files={Array.isArray(value) ? (value as FileEntry[]) : []}
          onChange={(change) => onChange((before) => change(Array.isArray(before) ? (before as FileEntry[]) : []))}
        />
      );
    default:
      return <Typed field={field} value={text} onChange={set} autoFocus={autoFocus} />;
  }
}

interface TypedProps {
  field: FormField;
  value: string;
  onChange: (value: string) => void;
  autoFocus: boolean;
}

/** Whatever is typed, or has a picker of the browser's own. */
function Typed({ field, value, onChange, autoFocus }: TypedProps) {
  const typed = {
    value,
    placeholder: field.placeholder,
    autoFocus,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  switch (typeOf(field)) {
    case "paragraph":
      return <Textarea {...typed} rows={4} />;
    case "object":
    case "json":
      return <Textarea {...typed} placeholder={field.placeholder || "{ }"} rows={4} isMono spellCheck={false} />;
    case "number":
      return <Input {...typed} inputMode="decimal" />;
    case "date":
      return <Input {...typed} type="date" />;
    case "datetime":
      return <Input {...typed} type="datetime-local" />;
    default:
      return <Input {...typed} />;
  }
}

const NONE = "\u0000";

function Choice({ field, value, onChange }: { field: FormField; value: string; onChange: (value: string) => void }) {
  const { t } = useI18n();
  const options = (field.options ?? []).map((option) => ({ value: option, label: option }));
  return (
    <Select
      value={value || undefined}
      placeholder={field.placeholder || t("forms.choose")}
      onChange={(chosen) => onChange(chosen === NONE ? "" : chosen)}
      options={field.required || !value ? options : [...options, { value: NONE, label: t("forms.noChoice") }]}
    />
  );
}

interface ChoicesProps {
  field: FormField;
  value: string[];
  onChange: (value: string[]) => void;
  label: string;
}

function Choices({ field, value, onChange, label }: ChoicesProps) {
  return (
    <div role="group" aria-label={label} style={{ display: "flex", flexWrap: "wrap", gap: "6px 16px" }}>
      {(field.options ?? []).map((option) => (
        <PlainCheckbox
          key={option}
          label={option}
          isOn={value.includes(option)}
          onChange={(isOn) => onChange(isOn ? [...value, option] : value.filter((one) => one !== option))}
        />
      ))}
    </div>
  );
}
