import { MessageSquarePlus, ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";
import { classes, IconButton, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useGiveFeedback, type Feedback, type Rating } from "./api";
import styles from "./Feedback.module.css";
import { RatingMark } from "./RatingMark";
import { WordsDialog } from "./WordsDialog";

interface FeedbackBarProps {
  runId: string;
  /** What is said of the run, by either side. */
  said: readonly Feedback[];
  answer: string;
}

/** What the end user thinks of an answer, and what the team does, who can say so here. */
export function FeedbackBar({ runId, said, answer }: FeedbackBarProps) {
  const { t } = useI18n();
  const { may } = useSession();
  const theirs = said.find(({ rater }) => rater === "end_user");
  const ours = said.find(({ rater }) => rater === "team");
  return (
    <div className={styles["bar"]}>
      {theirs && (
        <div className={styles["said"]}>
          <RatingMark feedback={theirs} />
          <span>{theirs.comment || t("feedback.noWords")}</span>
        </div>
      )}
      {ours?.comment && <p className={styles["words"]}>{ours.comment}</p>}
      {ours?.correction && (
        <div className={styles["correction"]}>
          <span>{t("feedback.correction")}</span>
          <p>{ours.correction}</p>
        </div>
      )}
      {may("runs:write") && <Buttons runId={runId} ours={ours} answer={answer} />}
    </div>
  );
}

function Buttons({ runId, ours, answer }: { runId: string; ours: Feedback | undefined; answer: string }) {
  const { t } = useI18n();
  const { fail } = useToasts();
  const give = useGiveFeedback(runId);
  const [isWriting, setIsWriting] = useState(false);
  const rate = (rating: Rating) => {
    const isTakenBack = ours?.rating === rating;
    const words = { comment: ours?.comment ?? "", correction: ours?.correction ?? "" };
    const hasWords = words.comment + words.correction !== "";
    give.mutate(isTakenBack && !hasWords ? null : { rating: isTakenBack ? null : rating, ...words }, { onError: fail });
  };
  const thumb = (rating: Rating) => (
    <IconButton
      icon={rating === "good" ? ThumbsUp : ThumbsDown}
      size="small"
      label={t(`feedback.${rating}`)}
      isPressed={ours?.rating === rating}
      className={classes(ours?.rating === rating && styles[rating])}
      onClick={() => rate(rating)}
    />
  );
  return (
    <span className={styles["buttons"]} role="group" aria-label={t("feedback.ofTeam")}>
      {thumb("good")}
      {thumb("bad")}
      <IconButton icon={MessageSquarePlus} size="small" label={t("feedback.write")} onClick={() => setIsWriting(true)} />
      {isWriting && <WordsDialog give={give} ours={ours} answer={answer} onClose={() => setIsWriting(false)} />}
    </span>
  );
}
