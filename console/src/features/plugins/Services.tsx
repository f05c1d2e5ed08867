import { CircleAlert, CircleCheck } from "lucide-react";
import { Skeleton } from "@/design";
import { useI18n } from "@/i18n";
import type { Plugins } from "./api";
import styles from "./Plugins.module.css";

const USUAL = 4;

/** Each service, whether it answers, and how much it has loaded. */
export function Services({ services }: { services: Plugins["services"] | undefined }) {
  const { t } = useI18n();
  return (
    <ul className={styles["stats"]} aria-label={t("plugins.services")} aria-busy={services === undefined}>
      {services
        ? Object.entries(services).map(([name, { answers, loaded }]) => (
            <li key={name} className={styles["service"]} data-away={!answers || undefined}>
              {answers ? <CircleCheck size={15} aria-hidden /> : <CircleAlert size={15} aria-hidden />}
              <span className={styles["serviceName"]}>{name}</span>
              <span className={styles["serviceState"]}>
                {answers ? t("plugins.pluginCount", { count: loaded.length }) : t("plugins.away")}
              </span>
            </li>
          ))
        : Array.from({ length: USUAL }, (_, index) => (
            <li key={index} className={styles["service"]}>
              <Skeleton width="60%" />
            </li>
          ))}
    </ul>
  );
}
