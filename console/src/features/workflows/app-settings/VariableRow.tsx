import { Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { IconButton, Input, Select } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./AppSettings.module.css";

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

interface VariableRowProps<Type extends string> {
  name: string;
  type: Type;
  types: readonly Type[];
  taken: readonly string[];
  fault: string | undefined;
  isReadOnly: boolean;
  onRename: (name: string) => void;
  onType: (type: Type) => void;
  onRemove: () => void;
  children: ReactNode;
}

/** A variable's name and type, and below it its value. */
export function VariableRow<Type extends string>(props: VariableRowProps<Type>) {
  const { t } = useI18n();
  const { name, type, types, taken, isReadOnly } = props;
  const [draft, setDraft] = useState(name);
  const fault = !NAME.test(draft) ? t("workflows.variableMalformed") : draft !== name && taken.includes(draft) ? t("workflows.id_taken") : undefined;
  const finish = () => {
    if (draft === name) return;
    if (fault === undefined) props.onRename(draft);
    else setDraft(name);
  };
  return (
    <li className={styles["variable"]}>
      <Input isMono aria-label={t("workflows.variableName")} aria-invalid={fault !== undefined} value={draft} disabled={isReadOnly} onChange={(event) => setDraft(event.target.value)} onBlur={finish} />
      <Select label={t("workflows.typeOf", { name })} value={type} options={types.map((each) => ({ value: each, label: each }))} isDisabled={isReadOnly} onChange={props.onType} />
      <IconButton icon={Trash2} label={t("workflows.removeItem", { name })} disabled={isReadOnly} onClick={props.onRemove} />
      {props.children}
      {(fault ?? props.fault) && (
        <p className={styles["fault"]} role="alert">
          {fault ?? props.fault}
        </p>
      )}
    </li>
  );
}

/** Returns a name that no other variable has. */
export function freshName(taken: readonly string[], stem: string): string {
  let number = 1;
  while (taken.includes(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}
