import { createContext, use, useId, type ReactNode } from "react";
import { classes } from "@/design/classes";
import { useI18n } from "@/i18n";
import styles from "./Field.module.css";

interface FieldProps {
  label: ReactNode;
  /** What belongs in, and why; always visible. */
  hint?: ReactNode;
  /** What is wrong with what is in now. */
  error?: string | undefined;
  isOptional?: boolean;
  isRequired?: boolean;
  /** Beside the label, at the right. */
  action?: ReactNode;
  className?: string;
  children: ReactNode;
}

interface ControlProps {
  id?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
  "aria-required"?: true;
}

const NO_FIELD: ControlProps = {};
const Context = createContext<ControlProps>(NO_FIELD);

/** What a control inside a `Field` must carry. */
export function useFieldProps(): ControlProps {
  return use(Context);
}

/** A label, one control, its hint and its fault, tied together. */
export function Field({ label, hint, error, isOptional, isRequired, action, className, children }: FieldProps) {
  const { t } = useI18n();
  const id = useId();
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  const control: ControlProps = {
    id,
    ...(described ? { "aria-describedby": described } : {}),
    ...(error ? { "aria-invalid": true } : {}),
    ...(isRequired ? { "aria-required": true } : {}),
  };
  return (
    <div className={classes(styles["field"], className)}>
      <div className={styles["head"]}>
        <label htmlFor={id} className={styles["label"]}>
          {label}
          {isOptional && <span className={styles["optional"]}> {t("actions.optional")}</span>}
        </label>
        {action}
      </div>
      <Context value={control}>{children}</Context>
      {error && (
        <p id={`${id}-error`} className={styles["error"]} role="alert">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={styles["hint"]}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** Around controls that are inside a `Field` and not labelled by it: the parts of a list. */
export function OwnLabels({ children }: { children: ReactNode }) {
  return <Context value={NO_FIELD}>{children}</Context>;
}

/** Fields under each other, with the same distance everywhere. */
export function FieldStack({ children }: { children: ReactNode }) {
  return <div className={styles["stack"]}>{children}</div>;
}
