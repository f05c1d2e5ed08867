import { X } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { Input } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./Shared.module.css";

interface ChipInputProps {
  values: readonly string[];
  onChange: (values: string[]) => void;
  placeholder?: string;
  /** How a value is written to be seen, and read again; without them it is trimmed. */
  show?: (value: string) => string;
  read?: (typed: string) => string;
  isDisabled?: boolean;
}

/** Several short texts: Enter adds what is typed, Backspace in an empty field removes the last one. */
export function ChipInput({ values, onChange, placeholder, show = same, read = trimmed, isDisabled }: ChipInputProps) {
  const { t } = useI18n();
  const [typed, setTyped] = useState("");
  const add = () => {
    const value = read(typed);
    setTyped("");
    if (value && !values.includes(value)) onChange([...values, value]);
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      add();
    } else if (event.key === "Backspace" && typed === "" && values.length > 0) {
      onChange(values.slice(0, -1));
    }
  };
  return (
    <div className={styles["chipInput"]}>
      {values.length > 0 && (
        <ul className={styles["chips"]}>
          {values.map((value) => (
            <li key={value} className={styles["chip"]}>
              <span>{show(value)}</span>
              <button
                type="button"
                aria-label={`${t("actions.remove")}: ${show(value)}`}
                disabled={isDisabled}
                onClick={() => onChange(values.filter((each) => each !== value))}
              >
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Input
        value={typed}
        disabled={isDisabled}
        maxLength={100}
        placeholder={placeholder}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={press}
        onBlur={add}
      />
    </div>
  );
}

const same = (value: string) => value;
const trimmed = (value: string) => value.trim();
