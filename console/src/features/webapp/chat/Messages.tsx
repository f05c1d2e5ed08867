import { ArrowDown } from "lucide-react";
import { useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { classes } from "@/design";
import { useI18n } from "@/i18n";
import type { SiteClient } from "../api/site-client";
import { Answer } from "../shared/Answer";
import { Thumbs } from "../shared/Thumbs";
import site from "../Site.module.css";
import type { Turn } from "./conversations";
import styles from "./Chat.module.css";

interface MessagesProps {
  turns: readonly Turn[];
  client: SiteClient;
  onRetry: (turn: Turn) => void;
  /** Above the messages. */
  children: ReactNode;
}

const NEAR_PX = 80;

/** What was said. It stays at its end while an answer grows, unless somebody scrolled up to read. */
export function Messages({ turns, client, onRetry, children }: MessagesProps) {
  const { t } = useI18n();
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [isAway, setIsAway] = useState(false);
  const last = turns.at(-1);
  const toEnd = () => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(() => {
    isAtEnd.current = true;
    if (turns.length > 0) toEnd();
  }, [turns.length, last?.id]);
  useLayoutEffect(() => {
    const element = box.current;
    const inside = element?.firstElementChild;
    if (!inside) return;
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current && turns.length > 0) toEnd();
    });
    observer.observe(inside);
    return () => observer.disconnect();
  }, [turns.length]);
  const look = () => {
    const element = box.current;
    if (!element) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    setIsAway(!isAtEnd.current);
  };
  return (
    <div className={styles["middle"]}>
      {/* A region that scrolls must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={box} className={styles["scroll"]} onScroll={look} tabIndex={0} role="region" aria-label={t("webapp.messages")}>
        <div className={classes(site["column"], styles["messages"], turns.length === 0 && styles["empty"])}>
          {children}
          {turns.map((turn) => (
            <article key={turn.id} className={styles["turn"]} aria-label={t("webapp.turn")}>
              <div className={styles["said"]}>
                <span className={site["hidden"]}>{t("webapp.youSaid")}</span>
                {turn.query}
              </div>
              <Answer
                run={turn}
                onRetry={() => onRetry(turn)}
                tools={turn.progress === "succeeded" && turn.runId !== undefined && <Thumbs client={client} runId={turn.runId} />}
              />
            </article>
          ))}
        </div>
      </div>
      {isAway && turns.length > 0 && (
        <button type="button" className={styles["toEnd"]} aria-label={t("webapp.toEnd")} onClick={toEnd}>
          <ArrowDown size={16} aria-hidden />
        </button>
      )}
    </div>
  );
}
