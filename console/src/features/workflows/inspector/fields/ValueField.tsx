import type { Json } from "@/canvas/model/json";
import { useForm, type Path } from "../form-context";
import { InlineText, TextField } from "./TextField";

/** Shows any value as text: texts as they are, the rest as JSON. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** Reads what was typed: numbers, true, false, lists and objects as such, the rest as text. */
export function textValue(text: string | undefined, before: unknown): Json | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  const isJson = /^(-?\d+(\.\d+)?|true|false|\[.*\]|\{[^{].*\}|\{\})$/s.test(trimmed);
  // What was a text and looks like a number stays one: a code, a postcode.
  if (!isJson || (typeof before === "string" && /^-?\d/.test(before))) return text;
  try {
    const value = JSON.parse(trimmed) as Json;
    return JSON.stringify(value) === trimmed || typeof value === "object" ? value : text;
  } catch {
    return text;
  }
}

interface ValueFieldProps {
  path: Path;
  label: string;
  hint?: string | undefined;
  value: unknown;
  isRequired?: boolean;
  wanted?: string;
}

/** A value of any type: mostly one reference, which keeps its type. */
export function ValueField({ path, label, hint, value, isRequired, wanted }: ValueFieldProps) {
  const form = useForm();
  return (
    <TextField
      path={path}
      label={label}
      hint={hint}
      isRequired={isRequired ?? false}
      value={valueText(value)}
      onChange={(text) => form.set(path, textValue(text, value))}
      rows={1}
      {...(wanted ? { wanted } : {})}
    />
  );
}

/** The same in a row of a table. */
export function InlineValue(props: { path: Path; label: string; value: unknown; placeholder?: string; wanted?: string; onChange?: (value: Json | undefined) => void }) {
  const form = useForm();
  const { value, onChange = (next) => form.set(props.path, next) } = props;
  return (
    <InlineText
      path={props.path}
      label={props.label}
      value={valueText(value)}
      placeholder={props.placeholder}
      isSingleLine={false}
      rows={1}
      onChange={(text) => onChange(textValue(text, value))}
      {...(props.wanted ? { wanted: props.wanted } : {})}
    />
  );
}
