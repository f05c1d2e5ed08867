import { Plus, X } from "lucide-react";
import { isObject, type Json } from "@/canvas/model/json";
import { Button, IconButton, Input, Select } from "@/design";
import { useI18n } from "@/i18n";
import { useForm, type Path } from "../form-context";
import { FieldFrame } from "./FieldFrame";
import styles from "./Fields.module.css";
import { InlineValue } from "./ValueField";

const TYPES = ["string", "number", "boolean", "object", "file", "any", "array[string]", "array[number]", "array[boolean]", "array[object]", "array[file]", "array[any]"];

interface RecordFieldProps {
  path: Path;
  label: string;
  hint?: string | undefined;
  value: unknown;
  /** Values are names of types, as of a code node's outputs. */
  isOfTypes?: boolean;
  /** Rows are objects with a name and a value; names may come twice. */
  isRequired?: boolean;
}

/** Names and values, as rows. */
export function RecordField({ path, label, hint, value, isOfTypes, isRequired }: RecordFieldProps) {
  const { t } = useI18n();
  const form = useForm();
  const rows = rowsOf(value);
  const write = (next: readonly (readonly [string, Json])[]) => form.set(path, asValue(next, Array.isArray(value)));
  const names = rows.map(([name]) => name);
  const fresh = () => {
    let number = rows.length + 1;
    while (names.includes(`name_${number}`)) number += 1;
    return `name_${number}`;
  };
  return (
    <FieldFrame path={path} label={label} hint={hint} isRequired={isRequired}>
      <div className={styles["rows"]}>
        {rows.map(([name, item], index) => (
          <div key={index} className={styles["row"]}>
            <Input
              className={styles["key"] ?? ""}
              isMono
              aria-label={t("workflows.nameOf", { field: label })}
              aria-invalid={names.indexOf(name) !== index}
              defaultValue={name}
              key={name}
              disabled={form.isReadOnly}
              onBlur={(event) => {
                const next = event.target.value.trim();
                if (next !== "" && next !== name && (Array.isArray(value) || !names.includes(next))) write(rows.with(index, [next, item]));
                else event.target.value = name;
              }}
            />
            <div className={styles["grow"]}>
              {isOfTypes ? (
                <Select
                  label={t("workflows.typeOf", { name })}
                  value={typeof item === "string" ? item : "string"}
                  options={TYPES.map((type) => ({ value: type, label: type }))}
                  onChange={(type) => write(rows.with(index, [name, type]))}
                />
              ) : (
                <InlineValue
                  path={[...path, Array.isArray(value) ? index : name]}
                  label={name}
                  value={item}
                  onChange={(next) => write(rows.with(index, [name, next ?? ""]))}
                />
              )}
            </div>
            <IconButton
              icon={X}
              size="small"
              label={t("workflows.removeItem", { name })}
              disabled={form.isReadOnly}
              onClick={() => write(rows.filter((_, other) => other !== index))}
            />
          </div>
        ))}
        <Button
          variant="ghost"
          size="small"
          icon={Plus}
          className={styles["add"]}
          disabled={form.isReadOnly}
          onClick={() => write([...rows, [fresh(), isOfTypes ? "string" : ""]])}
        >
          {t("actions.add")}
        </Button>
      </div>
    </FieldFrame>
  );
}

function rowsOf(value: unknown): [string, Json][] {
  if (Array.isArray(value)) {
    return value.filter(isObject).map((pair) => [typeof pair["name"] === "string" ? pair["name"] : "", pair["value"] ?? ""]);
  }
  return isObject(value) ? Object.entries(value) : [];
}

function asValue(rows: readonly (readonly [string, Json])[], isList: boolean): Json | undefined {
  if (rows.length === 0) return undefined;
  return isList ? rows.map(([name, value]) => ({ name, value })) : Object.fromEntries(rows);
}
