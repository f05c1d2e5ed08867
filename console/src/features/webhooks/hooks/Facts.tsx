import { Link } from "react-router";
import { Badge, Tooltip } from "@/design";
import { useI18n } from "@/i18n";
import type { Webhook } from "../api";
import { useApps } from "../shared/use-apps";
import styles from "../Webhooks.module.css";

/** The events a webhook is told, the first few of many. */
export function Kinds({ kinds, most }: { kinds: readonly string[]; most: number }) {
  const { t } = useI18n();
  if (kinds.length === 0) return <span className={styles["quiet"]}>{t("webhooks.allEvents")}</span>;
  const rest = kinds.slice(most);
  return (
    <span className={styles["badges"]}>
      {kinds.slice(0, most).map((kind) => (
        <Badge key={kind}>{kind.replace(/\.v1$/, "")}</Badge>
      ))}
      {rest.length > 0 && (
        <Tooltip label={rest.join(", ")}>
          <span>
            <Badge>+{rest.length}</Badge>
          </span>
        </Tooltip>
      )}
    </span>
  );
}

/** Whose events a webhook is told. */
export function OfApp({ webhook }: { webhook: Webhook }) {
  const { t } = useI18n();
  const { nameOf } = useApps();
  if (webhook.app_id === null) return <span className={styles["quiet"]}>{t("webhooks.anyApp")}</span>;
  return <Link to={`/apps/${webhook.app_id}`}>{nameOf(webhook.app_id) ?? webhook.app_id}</Link>;
}

export function State({ webhook }: { webhook: Webhook }) {
  const { t } = useI18n();
  if (webhook.disabled_reason === null) return <Badge tone="succeeded">{t("webhooks.active")}</Badge>;
  return (
    <Tooltip label={webhook.disabled_reason}>
      <span>
        <Badge tone="failed">{t("webhooks.disabled")}</Badge>
      </span>
    </Tooltip>
  );
}
