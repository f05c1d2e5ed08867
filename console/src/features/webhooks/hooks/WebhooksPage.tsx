import { Copy, Ellipsis, Plus, Trash2, Webhook as WebhookIcon } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import {
  Button,
  Card,
  EmptyState,
  ErrorState,
  IconButton,
  LoadMore,
  Menu,
  Page,
  PageHeader,
  Skeleton,
  Table,
  Time,
  type Column,
} from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useLastDelivery, useWebhooks, type Webhook } from "../api";
import styles from "../Webhooks.module.css";
import { CreateWebhookDialog } from "./CreateWebhookDialog";
import { DeleteWebhook } from "./DeleteWebhook";
import { DeliveryStatus } from "./DeliveryStatus";
import { Kinds, OfApp, State } from "./Facts";
import { placeOf } from "./place";

/** All webhooks, and how the last delivery of each went. */
export function Component() {
  const { t } = useI18n();
  const { may } = useSession();
  const navigate = useNavigate();
  const webhooks = useWebhooks();
  const [creating, setCreating] = useState<Webhook | "new" | null>(null);
  const [leaving, setLeaving] = useState<Webhook | null>(null);
  const columns = useColumns({ onCopy: setCreating, onDelete: setLeaving });
  const isEmpty = webhooks.data !== undefined && webhooks.items.length === 0;
  const create = may("apps:write") && (
    <Button variant="primary" icon={Plus} onClick={() => setCreating("new")}>
      {t("webhooks.create")}
    </Button>
  );
  return (
    <Page>
      <PageHeader title={t("webhooks.title")} description={t("webhooks.hint")} actions={!isEmpty && create} />
      {webhooks.isError ? (
        <ErrorState error={webhooks.error} onRetry={() => void webhooks.refetch()} />
      ) : isEmpty ? (
        <EmptyState icon={WebhookIcon} title={t("webhooks.emptyTitle")} action={create}>
          {t("webhooks.emptyHint")}
        </EmptyState>
      ) : (
        <Card isFlush>
          <Table
            label={t("webhooks.title")}
            columns={columns}
            rows={webhooks.data ? webhooks.items : undefined}
            rowKey={({ id }) => id}
            skeletonRows={3}
            onRowClick={({ id }) => void navigate(`/webhooks/${id}`)}
          />
        </Card>
      )}
      <LoadMore pages={webhooks} />
      {creating && (
        <CreateWebhookDialog
          {...(creating === "new" ? {} : { like: creating })}
          onClose={() => setCreating(null)}
        />
      )}
      {leaving && <DeleteWebhook webhook={leaving} onClose={() => setLeaving(null)} />}
    </Page>
  );
}

function useColumns({ onCopy, onDelete }: { onCopy: (webhook: Webhook) => void; onDelete: (webhook: Webhook) => void }): Column<Webhook>[] {
  const { t } = useI18n();
  const { may } = useSession();
  return [
    { id: "url", header: t("webhooks.target"), width: "32%", cell: (webhook) => <Target webhook={webhook} /> },
    { id: "kinds", header: t("webhooks.events"), cell: ({ kinds }) => <Kinds kinds={kinds} most={2} /> },
    { id: "app", header: t("webhooks.app"), cell: (webhook) => <OfApp webhook={webhook} /> },
    { id: "last", header: t("webhooks.lastDelivery"), width: "200px", cell: ({ id }) => <Last id={id} /> },
    { id: "state", header: t("webhooks.state"), width: "104px", cell: (webhook) => <State webhook={webhook} /> },
    {
      id: "actions",
      header: t("actions.more"),
      isHeaderHidden: true,
      align: "end",
      width: "44px",
      cell: (webhook) =>
        may("apps:write") && (
          <Menu
            trigger={<IconButton icon={Ellipsis} size="small" label={t("webhooks.moreFor", { url: placeOf(webhook.url).host })} />}
            items={[
              { label: t("webhooks.copy"), icon: Copy, onSelect: () => onCopy(webhook) },
              "separator",
              { label: t("actions.delete"), icon: Trash2, isDangerous: true, onSelect: () => onDelete(webhook) },
            ]}
          />
        ),
    },
  ];
}

function Target({ webhook }: { webhook: Webhook }) {
  const { host, path } = placeOf(webhook.url);
  return (
    <Link to={`/webhooks/${webhook.id}`} className={styles["target"]} title={webhook.url}>
      <span>{host}</span>
      {path && <span className={styles["path"]}>{path}</span>}
    </Link>
  );
}

function Last({ id }: { id: string }) {
  const { t } = useI18n();
  const last = useLastDelivery(id);
  if (last.isError) return "–";
  if (last.data === undefined) return <Skeleton width={120} />;
  if (last.data === null) return <span className={styles["quiet"]}>{t("webhooks.never")}</span>;
  return (
    <span className={styles["last"]}>
      <DeliveryStatus status={last.data.status} />
      <span className={styles["when"]}>
        <Time at={last.data.updated_at} />
      </span>
    </span>
  );
}
