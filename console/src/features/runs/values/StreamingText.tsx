import { Markdown } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./StreamingText.module.css";

/** Markdown while it is written: a cursor at its end, and for screen readers one sentence at the end instead of each word. */
export function StreamingText({ text, isGoing }: { text: string; isGoing: boolean }) {
  const { t } = useI18n();
  return (
    <div className={styles["text"]} data-going={isGoing || undefined} aria-busy={isGoing}>
      {text ? <Markdown text={text} /> : isGoing && <p className={styles["waiting"]}>{t("runs.nothingYet")}</p>}
    </div>
  );
}
