import { Search } from "lucide-react";
import type { InputHTMLAttributes, Ref, TextareaHTMLAttributes } from "react";
import { classes } from "@/design/classes";
import { useFieldProps } from "@/design/form/Field";
import styles from "./Input.module.css";

export interface InputProps extends InputHTMLAttributes<HTMLInputElement> {
  isMono?: boolean;
  ref?: Ref<HTMLInputElement>;
}

/** One line of text. Inside a `Field` it is labelled by it. */
export function Input({ className, isMono, ...props }: InputProps) {
  const field = useFieldProps();
  return <input {...field} {...props} className={classes(styles["input"], isMono && styles["mono"], className)} />;
}

export interface TextareaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  isMono?: boolean;
  ref?: Ref<HTMLTextAreaElement>;
}

/** Several lines of text; it grows with them. */
export function Textarea({ className, isMono, rows = 3, ...props }: TextareaProps) {
  const field = useFieldProps();
  return (
    <textarea
      {...field}
      rows={rows}
      {...props}
      className={classes(styles["input"], styles["textarea"], isMono && styles["mono"], className)}
    />
  );
}

/** A place to type what is looked for; `label` is read out, not shown. */
export function SearchInput({ label, className, ...props }: InputProps & { label: string }) {
  return (
    <div className={classes(styles["search"], className)}>
      <Search size={15} aria-hidden />
      <input type="search" aria-label={label} placeholder={label} {...props} className={styles["input"]} />
    </div>
  );
}
