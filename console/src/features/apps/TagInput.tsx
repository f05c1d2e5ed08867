import { X } from "lucide-react";
import { useId, useState } from "react";
import { Input } from "@/design";
import { useI18n } from "@/i18n";
import { useTags } from "./api";
import styles from "./Apps.module.css";

/** Tags, added by typing; those that other apps have are offered. */
export function TagInput({ tags, onChange }: { tags: string[]; onChange: (tags: string[]) => void }) {
  const { t } = useI18n();
  const [typed, setTyped] = useState("");
  const list = useId();
  const known = useTags().data ?? [];
  const add = () => {
    const tag = typed.trim().slice(0, 40);
    if (tag && !tags.includes(tag)) onChange([...tags, tag]);
    setTyped("");
  };
  return (
    <div className={styles["tagInput"]}>
      {tags.length > 0 && (
        <ul className={styles["tagList"]}>
          {tags.map((tag) => (
            <li key={tag} className={styles["tagChip"]}>
              {tag}
              <button
                type="button"
                aria-label={t("apps.tagRemove", { tag })}
                onClick={() => onChange(tags.filter((other) => other !== tag))}
              >
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Input
        value={typed}
        list={list}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={add}
        onKeyDown={(event) => {
          if (event.key === "Enter" || event.key === ",") {
            event.preventDefault();
            add();
          } else if (event.key === "Backspace" && typed === "") {
            onChange(tags.slice(0, -1));
          }
        }}
      />
      <datalist id={list}>
        {known
          .filter(({ tag }) => !tags.includes(tag))
          .map(({ tag }) => (
            <option key={tag} value={tag} />
          ))}
      </datalist>
    </div>
  );
}
