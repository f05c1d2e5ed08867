import { ArrowUp, Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { classes } from "@/design";
import { useI18n } from "@/i18n";
import site from "../Site.module.css";
import styles from "./Chat.module.css";

export const MOST_CHARACTERS = 20_000;

interface ComposerProps {
  isGoing: boolean;
  isReady: boolean;
  disclaimer: string;
  /** Tells whether it was taken; what was typed stays otherwise. */
  onSend: (query: string) => boolean;
  onStop: () => void;
}

/** On a phone Enter begins a new line, as everywhere there. */
const isTouched = () => window.matchMedia("(pointer: coarse)").matches;

/** Where a message is written; while the app answers, its button stops that. */
export function Composer({ isGoing, isReady, disclaimer, onSend, onStop }: ComposerProps) {
  const { t } = useI18n();
  const [text, setText] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const canSend = text.trim() !== "" && !isGoing && isReady;
  useEffect(() => {
    // On a phone the keyboard would cover the page at once.
    if (!isTouched()) area.current?.focus();
  }, []);
  const send = () => {
    if (canSend && onSend(text.trim())) setText("");
  };
  return (
    <div className={classes(site["column"], styles["foot"])}>
      <form
        className={styles["composer"]}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <textarea
          ref={area}
          rows={1}
          aria-label={t("webapp.message")}
          placeholder={t("webapp.message")}
          maxLength={MOST_CHARACTERS}
          value={text}
          disabled={!isReady}
          enterKeyHint={isTouched() ? "enter" : "send"}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            // While a word is being composed (Chinese, Japanese) Enter only chooses it.
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || isTouched()) return;
            event.preventDefault();
            send();
          }}
        />
        {isGoing ? (
          <button type="button" className={styles["send"]} aria-label={t("webapp.stop")} onClick={onStop}>
            <Square size={13} fill="currentColor" aria-hidden />
          </button>
        ) : (
          <button type="submit" className={styles["send"]} aria-label={t("webapp.send")} disabled={!canSend}>
            <ArrowUp size={18} aria-hidden />
          </button>
        )}
      </form>
      {disclaimer && <p className={site["disclaimer"]}>{disclaimer}</p>}
    </div>
  );
}
