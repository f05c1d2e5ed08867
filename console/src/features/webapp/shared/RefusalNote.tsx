import { Hourglass, RotateCw, WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/design";
import { useI18n } from "@/i18n";
import type { Refusal } from "../api/follow-run";
import styles from "./Shared.module.css";

/** Why a message was not taken, and when it can be sent again. */
export function RefusalNote({ refusal, onRetry }: { refusal: Refusal; onRetry: () => void }) {
  const { t } = useI18n();
  const seconds = useSecondsUntil(refusal.retryAt);
  const isWaiting = seconds > 0;
  const text = {
    rate: isWaiting ? t("webapp.rate", { count: seconds }) : t("webapp.rateOver"),
    offline: t("webapp.offline"),
    closed: t("webapp.closedMeanwhile"),
    forgotten: t("webapp.lost"),
    other: refusal.text || t("webapp.failed"),
  }[refusal.kind];
  const Icon = refusal.kind === "rate" ? Hourglass : WifiOff;
  return (
    <div className={styles["refused"]}>
      <Icon size={16} aria-hidden />
      {/* Each second would be read out otherwise. */}
      <p aria-live="off">{text}</p>
      {refusal.kind !== "closed" && (
        <Button size="small" icon={RotateCw} disabled={isWaiting} onClick={onRetry}>
          {t("actions.tryAgain")}
        </Button>
      )}
    </div>
  );
}

function useSecondsUntil(at: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  const isOver = at === undefined || now >= at;
  useEffect(() => {
    if (isOver) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [isOver]);
  return at === undefined ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
}
