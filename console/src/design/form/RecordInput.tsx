import { Plus, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/design/button/Button";
import { IconButton } from "@/design/button/IconButton";
import { useFieldProps } from "@/design/form/Field";
import { Input } from "@/design/form/Input";
import { useI18n } from "@/i18n";
import styles from "./RecordInput.module.css";

interface RecordInputProps {
  label: string;
  value: unknown;
  onChange: (value: Record<string, string> | undefined) => void;
  /** Values are not shown while they are typed. */
  isSecret?: boolean;
}

type Row = readonly [name: string, value: string];

/** Texts by name, such as headers of a request. Rows without a name count for nothing. */
export function RecordInput({ label, value, onChange, isSecret }: RecordInputProps) {
  const { t } = useI18n();
  const field = useFieldProps();
  const [rows, setRows] = useState<readonly Row[]>(() => rowsOf(value));
  const write = (next: readonly Row[]) => {
    setRows(next);
    const named = next.filter(([name]) => name.trim() !== "").map(([name, text]) => [name.trim(), text] as const);
    onChange(named.length > 0 ? Object.fromEntries(named) : undefined);
  };
  return (
    <div role="group" aria-label={label} className={styles["rows"]}>
      {rows.map(([name, text], index) => (
        <div key={index} className={styles["row"]}>
          <Input
            id={undefined}
            isMono
            spellCheck={false}
            aria-label={t("design.recordName", { number: String(index + 1) })}
            placeholder={t("design.recordNamePlaceholder")}
            value={name}
            onChange={(event) => write(rows.with(index, [event.target.value, text]))}
          />
          <Input
            id={undefined}
            type={isSecret ? "password" : "text"}
            autoComplete={isSecret ? "new-password" : "off"}
            spellCheck={false}
            aria-label={t("design.recordValue", { number: String(index + 1) })}
            placeholder={t("design.recordValuePlaceholder")}
            value={text}
            onChange={(event) => write(rows.with(index, [name, event.target.value]))}
          />
          <IconButton
            icon={X}
            size="small"
            label={t("design.recordRemove", { number: String(index + 1) })}
            onClick={() => write(rows.toSpliced(index, 1))}
          />
        </div>
      ))}
      <Button
        id={field.id}
        aria-label={t("design.recordAdd", { label })}
        aria-describedby={field["aria-describedby"]}
        size="small"
        icon={Plus}
        className={styles["add"]}
        onClick={() => setRows([...rows, ["", ""]])}
      >
        {t("actions.add")}
      </Button>
    </div>
  );
}

function rowsOf(value: unknown): Row[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).map(([name, text]) => [name, String(text)] as const);
}
