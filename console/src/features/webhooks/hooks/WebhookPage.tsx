import { Copy, Trash2 } from "lucide-react";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { Button, Callout, Card, CopyableId, DataList, ErrorState, Page, PageHeader, Skeleton, Time } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useWebhook, type Webhook } from "../api";
import styles from "../Webhooks.module.css";
import { CreateWebhookDialog } from "./CreateWebhookDialog";
import { DeleteWebhook } from "./DeleteWebhook";
import { Deliveries } from "./Deliveries";
import { Kinds, OfApp, State } from "./Facts";
import { placeOf } from "./place";

/** One webhook: what it is told, and what became of it. */
export function Component() {
  const { webhook: id = "" } = useParams();
  const webhook = useWebhook(id);
  return (
    <Page>
      {webhook.isError ? (
        <ErrorState error={webhook.error} onRetry={() => void webhook.refetch()} />
      ) : webhook.data ? (
        <Shown webhook={webhook.data} />
      ) : (
        <Skeleton width={280} height={26} />
      )}
    </Page>
  );
}

function Shown({ webhook }: { webhook: Webhook }) {
  const { t } = useI18n();
  const { may } = useSession();
  const navigate = useNavigate();
  const [isCopying, setIsCopying] = useState(false);
  const [isLeaving, setIsLeaving] = useState(false);
  const { host } = placeOf(webhook.url);
  const actions = may("apps:write") && (
    <>
      <Button icon={Copy} onClick={() => setIsCopying(true)}>
        {t("webhooks.copy")}
      </Button>
      <Button icon={Trash2} onClick={() => setIsLeaving(true)}>
        {t("actions.delete")}
      </Button>
    </>
  );
  return (
    <>
      <PageHeader title={host} description={webhook.url} actions={actions} />
      {webhook.disabled_reason !== null && (
        <div className={styles["above"]}>
          <Callout tone="danger" title={t("webhooks.disabledTitle")}>
            {webhook.disabled_reason} {t("webhooks.disabledHint")}
          </Callout>
        </div>
      )}
      <Card className={styles["facts"] ?? ""}>
        <DataList
          items={[
            { label: t("webhooks.state"), value: <State webhook={webhook} /> },
            { label: t("webhooks.events"), value: <Kinds kinds={webhook.kinds} most={20} /> },
            { label: t("webhooks.app"), value: <OfApp webhook={webhook} /> },
            { label: t("webhooks.created"), value: <Time at={webhook.created_at} /> },
            { label: t("webhooks.id"), value: <CopyableId id={webhook.id} isWhole /> },
          ]}
        />
      </Card>
      <Deliveries webhook={webhook} />
      {isCopying && <CreateWebhookDialog like={webhook} onClose={() => setIsCopying(false)} />}
      {isLeaving && (
        <DeleteWebhook webhook={webhook} onClose={() => setIsLeaving(false)} onDeleted={() => void navigate("/webhooks")} />
      )}
    </>
  );
}
