import { Link } from "react-router";
import { Markdown, Time } from "@/design";
import { FeedbackBar, type Feedback } from "@/features/feedback";
import { RunStatusBadge } from "@/features/runs";
import { useI18n } from "@/i18n";
import type { Message } from "./api";
import styles from "./Conversations.module.css";

/** What the user said and what the app answered, with the way to its run. */
export function TurnView({ message, feedback }: { message: Message; feedback: readonly Feedback[] }) {
  const { t } = useI18n();
  const instead: Partial<Record<string, string>> = {
    failed: t("conversations.failed"),
    paused: t("conversations.waiting"),
    running: t("conversations.running"),
    queued: t("conversations.running"),
  };
  const said = message.answer || (instead[message.status] ?? t("conversations.noAnswer"));
  return (
    <article className={styles["turn"]}>
      <div className={styles["said"]} aria-label={t("conversations.userSaid")} role="group">
        <Markdown text={message.query} />
      </div>
      <div className={styles["answered"]} aria-label={t("conversations.appSaid")} role="group">
        {message.answer ? <Markdown text={said} /> : <p className={styles["faint"]}>{said}</p>}
      </div>
      <footer className={styles["foot"]}>
        {message.status !== "succeeded" && <RunStatusBadge status={message.status} />}
        <Time at={message.created_at} />
        <Link to={`/runs/${message.run_id}`}>{t("conversations.openRun")}</Link>
      </footer>
      {message.status === "succeeded" && <FeedbackBar runId={message.run_id} said={feedback} answer={message.answer} />}
    </article>
  );
}
