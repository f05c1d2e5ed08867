import { useState } from "react";
import { OwnLabels } from "@/design/form/Field";
import { Textarea } from "@/design/form/Input";
import { Checkbox } from "@/design/form/Switch";
import styles from "./ListInput.module.css";

interface ListProps {
  label: string;
  value: unknown;
  onChange: (items: unknown[] | undefined) => void;
}

/** Several texts, one a line. */
export function LinesInput({ value, onChange }: Omit<ListProps, "label">) {
  const [text, setText] = useState(() => listed(value).map(String).join("\n"));
  return (
    <Textarea
      rows={4}
      spellCheck={false}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        const items = event.target.value.split("\n").map((line) => line.trim());
        const given = items.filter((line) => line !== "");
        onChange(given.length > 0 ? given : undefined);
      }}
    />
  );
}

/** Some of a few. */
export function SomeOf({ label, options, value, onChange }: ListProps & { options: readonly unknown[] }) {
  const chosen = listed(value);
  const toggle = (option: unknown, isOn: boolean) => {
    const given = options.filter((one) => (one === option ? isOn : chosen.includes(one)));
    onChange(given.length > 0 ? given : undefined);
  };
  return (
    <OwnLabels>
      <div role="group" aria-label={label} className={styles["some"]}>
        {options.map((option) => (
          <Checkbox key={String(option)} isOn={chosen.includes(option)} label={String(option)} onChange={(isOn) => toggle(option, isOn)} />
        ))}
      </div>
    </OwnLabels>
  );
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
