import { useQueryClient } from "@tanstack/react-query";
import { WifiOff } from "lucide-react";
import { useEffect } from "react";
import { reportReachable, useIsReachable } from "@/api/reachability";
import { useI18n } from "@/i18n";
import styles from "./Shell.module.css";

const EVERY_MS = 2_000;

/** Says that the gateway does not answer, asks until it does, and reads again what failed meanwhile. */
export function OfflineBanner() {
  const { t } = useI18n();
  const queries = useQueryClient();
  const isReachable = useIsReachable();
  useEffect(() => {
    if (isReachable) return;
    const timer = setInterval(() => {
      void fetch("/healthz", { cache: "no-store" }).then(
        (answer) => {
          if (!answer.ok) return;
          reportReachable(true);
          void queries.invalidateQueries();
        },
        () => undefined,
      );
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [isReachable, queries]);
  if (isReachable) return null;
  return (
    <div className={styles["offline"]} role="status">
      <WifiOff size={14} aria-hidden />
      {t("errors.offline")}
    </div>
  );
}
