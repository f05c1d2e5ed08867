import { MessageSquare, ThumbsDown, ThumbsUp } from "lucide-react";
import { Badge } from "@/design";
import { useI18n } from "@/i18n";
import type { Feedback } from "./api";

/** Good, bad, or words alone, and whose. */
export function RatingMark({ feedback }: { feedback: Feedback }) {
  const { t } = useI18n();
  const tone = feedback.rating === "good" ? "succeeded" : feedback.rating === "bad" ? "failed" : "neutral";
  const Icon = feedback.rating === "good" ? ThumbsUp : feedback.rating === "bad" ? ThumbsDown : MessageSquare;
  return (
    <Badge tone={tone}>
      <Icon size={12} aria-hidden /> {t(feedback.rater === "team" ? "feedback.team" : "feedback.endUser")}
      {feedback.rating && `: ${t(`feedback.${feedback.rating}`)}`}
    </Badge>
  );
}
