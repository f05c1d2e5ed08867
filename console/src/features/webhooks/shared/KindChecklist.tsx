import { Checkbox } from "@/design";
import { useI18n } from "@/i18n";
import { NOUNS, type Noun } from "./kinds";
import styles from "./Shared.module.css";

interface KindChecklistProps {
  nouns: readonly Noun[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** Types of events, under what they are about. */
export function KindChecklist({ nouns, chosen, onChange }: KindChecklistProps) {
  const { t } = useI18n();
  const choose = (types: readonly string[], isOn: boolean) => {
    const others = chosen.filter((type) => !types.includes(type));
    onChange(isOn ? [...others, ...types] : others);
  };
  return (
    <div className={styles["nouns"]}>
      {nouns.map((noun) => {
        const { title, kinds } = NOUNS[noun];
        const types = kinds.map(({ type }) => type);
        const on = types.filter((type) => chosen.includes(type)).length;
        return (
          <div key={noun} role="group" aria-label={t(title)} className={styles["noun"]}>
            <Checkbox
              isOn={on === 0 ? false : on === types.length ? true : "some"}
              onChange={(isOn) => choose(types, isOn)}
              label={<strong>{t(title)}</strong>}
            />
            {types.length > 1 && (
              <div className={styles["kinds"]}>
                {kinds.map(({ type, says }) => (
                  <Checkbox key={type} isOn={chosen.includes(type)} onChange={(isOn) => choose([type], isOn)} label={t(says)} />
                ))}
              </div>
            )}
          </div>
        );
      })}
    </div>
  );
}
