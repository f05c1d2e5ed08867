import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useEffect, useState } from "react";
import { classes, IconButton } from "@/design";
import { useI18n } from "@/i18n";
import { keptRating, rate, sendUnsent, type Rating } from "../api/ratings";
import type { SiteClient } from "../api/site-client";
import styles from "./Shared.module.css";

/** What the visitor thinks of an answer; the same again takes it back. */
export function Thumbs({ client, runId }: { client: SiteClient; runId: string }) {
  const { t } = useI18n();
  const [rating, setRating] = useState(() => keptRating(runId));
  useEffect(() => {
    void sendUnsent(client, runId).then((now) => {
      if (now !== undefined) setRating(now);
    });
  }, [client, runId]);
  const choose = (chosen: Rating) => {
    const next = rating === chosen ? null : chosen;
    setRating(next);
    void rate(client, runId, next, rating).then(setRating);
  };
  const thumb = (which: Rating) => (
    <IconButton
      icon={which === "good" ? ThumbsUp : ThumbsDown}
      size="small"
      label={t(which === "good" ? "webapp.good" : "webapp.bad")}
      isPressed={rating === which}
      className={classes(rating === which && styles["rated"])}
      onClick={() => choose(which)}
    />
  );
  return (
    <>
      {thumb("good")}
      {thumb("bad")}
    </>
  );
}
