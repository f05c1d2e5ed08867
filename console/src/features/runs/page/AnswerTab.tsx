import { MessageSquareText } from "lucide-react";
import { CopyButton, EmptyState, Markdown } from "@/design";
import { useI18n } from "@/i18n";
import { isEnded, type RunModel } from "../model";
import { StreamingText } from "../values/StreamingText";
import type { RunFacts } from "./use-run-facts";
import styles from "./RunPage.module.css";

/** What the run says, as it says it. */
export function AnswerTab({ run, facts }: { run: RunModel; facts: RunFacts }) {
  const { t } = useI18n();
  const answer = run.answer || facts.detail?.answer || "";
  const isGoing = !isEnded(run.status);
  const query = run.started?.system["query"] ?? facts.detail?.query;
  if (!answer && !isGoing && !query) {
    return (
      <EmptyState icon={MessageSquareText} title={t("runs.noAnswer")} isCompact>
        {t("runs.noAnswerHint")}
      </EmptyState>
    );
  }
  return (
    <div className={styles["scroll"]}>
      <article className={styles["answer"]}>
        {typeof query === "string" && query && (
          <blockquote className={styles["query"]}>
            <Markdown text={query} />
          </blockquote>
        )}
        <StreamingText text={answer} isGoing={isGoing && run.status === "running"} />
        {answer && !isGoing && (
          <div className={styles["answerTools"]}>
            <CopyButton text={answer} label={t("actions.copy")} />
          </div>
        )}
      </article>
    </div>
  );
}
