import { useRef, type ReactNode } from "react";
import { fitsType } from "@/canvas/operations/scope";
import { useFieldProps } from "@/design/form/Field";
import { TextEditor, type TextHandle, type TextLanguage } from "../../text/TextEditor";
import { useForm, type Path } from "../form-context";
import { FieldFrame } from "./FieldFrame";
import styles from "./Fields.module.css";
import { VariablePicker } from "./VariablePicker";

interface TextFieldProps {
  path: Path;
  label: string;
  hint?: string | undefined;
  value: string;
  onChange: (value: string | undefined) => void;
  language?: TextLanguage;
  isSingleLine?: boolean;
  isRequired?: boolean;
  placeholder?: string | undefined;
  rows?: number;
  wanted?: string;
  /** More buttons beside the name. */
  action?: ReactNode;
}

/** A text with references, or code, under its name. */
export function TextField(props: TextFieldProps) {
  const { path, label, hint, isRequired, language = "prompt", wanted } = props;
  const form = useForm();
  const handle = useRef<TextHandle | null>(null);
  const groups = form.variablesFor(String(path[0] ?? ""));
  const picker = language === "prompt" && !form.isReadOnly && (
    <VariablePicker groups={groups} wanted={wanted} onPick={(variable) => handle.current?.insert(`{{${variable}}}`)} />
  );
  return (
    <FieldFrame
      path={path}
      label={label}
      hint={hint}
      isRequired={isRequired}
      action={
        <>
          {props.action}
          {picker}
        </>
      }
    >
      <BareText {...props} onReady={(ready) => (handle.current = ready)} />
    </FieldFrame>
  );
}

interface BareTextProps extends TextFieldProps {
  onReady?: (handle: TextHandle) => void;
}

/** The same without a name of its own, as in rows of a table. */
export function BareText({ path, label, value, onChange, language = "prompt", isSingleLine, placeholder, rows, onReady }: BareTextProps) {
  const form = useForm();
  const control = useFieldProps();
  return (
    <TextEditor
      value={value}
      onChange={(next) => onChange(next === "" ? undefined : next)}
      language={language}
      label={label}
      describedBy={control["aria-describedby"]}
      isInvalid={control["aria-invalid"] ?? false}
      placeholder={placeholder}
      variables={language === "prompt" ? form.variablesFor(String(path[0] ?? "")) : undefined}
      isSingleLine={isSingleLine}
      isReadOnly={form.isReadOnly}
      rows={rows}
      onReady={onReady}
    />
  );
}

/** One line with references in a row, with the picker inside of it. */
export function InlineText(props: Omit<BareTextProps, "onReady"> & { wanted?: string }) {
  const form = useForm();
  const handle = useRef<TextHandle | null>(null);
  const groups = form.variablesFor(String(props.path[0] ?? ""));
  const isEmpty = props.value === "";
  return (
    <div className={styles["withPicker"]}>
      <BareText {...props} isSingleLine={props.isSingleLine ?? true} onReady={(ready) => (handle.current = ready)} />
      {!form.isReadOnly && isEmpty && groups.some((group) => group.variables.some(({ type }) => fitsType(type, props.wanted ?? "any"))) && (
        <span className={styles["picker"]}>
          <VariablePicker groups={groups} wanted={props.wanted} onPick={(variable) => handle.current?.insert(`{{${variable}}}`)} />
        </span>
      )}
    </div>
  );
}
