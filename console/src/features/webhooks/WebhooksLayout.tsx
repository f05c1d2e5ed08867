import { Outlet } from "react-router";
import { TabLinks } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import styles from "./Webhooks.module.css";

/** Who is told of events, and the events themselves. */
export function Component() {
  const { t } = useI18n();
  const { may } = useSession();
  const links = [
    { to: "/webhooks", label: t("webhooks.title"), isExact: true },
    ...(may("runs:read") ? [{ to: "/webhooks/events", label: t("events.title") }] : []),
  ];
  return (
    <>
      <div className={styles["tabs"]}>
        <TabLinks label={t("webhooks.navigation")} links={links} />
      </div>
      <Outlet />
    </>
  );
}
