import { RotateCcw, Send } from "lucide-react";
import { useState } from "react";
import { Button, Card, CopyableId, EmptyState, ErrorState, LoadMore, Select, Spacer, Table, Time, Toolbar, useToasts, type Column } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useDeliveries, useRetryDelivery, type Delivery, type DeliveryStatus as Status, type Webhook } from "../api";
import styles from "../Webhooks.module.css";
import { DeliveryStatus, STATUSES } from "./DeliveryStatus";

type Filter = Status | "all";

/** What became of each event, the newest first. */
export function Deliveries({ webhook }: { webhook: Webhook }) {
  const { t } = useI18n();
  const [filter, setFilter] = useState<Filter>("all");
  const deliveries = useDeliveries(webhook.id, filter === "all" ? undefined : filter);
  const columns = useColumns(webhook);
  return (
    <section aria-label={t("webhooks.deliveries")}>
      <Toolbar>
        <h2 className={styles["heading"]}>{t("webhooks.deliveries")}</h2>
        <Spacer />
        <Select<Filter>
          label={t("webhooks.status")}
          size="small"
          isFit
          value={filter}
          onChange={setFilter}
          options={(["all", ...STATUSES] as const).map((value) => ({ value, label: t(`webhooks.status_${value}`) }))}
        />
      </Toolbar>
      {deliveries.isError ? (
        <ErrorState error={deliveries.error} onRetry={() => void deliveries.refetch()} />
      ) : (
        <Card isFlush>
          <Table
            label={t("webhooks.deliveries")}
            columns={columns}
            rows={deliveries.data ? deliveries.items : undefined}
            rowKey={({ id }) => id}
            empty={
              <EmptyState icon={Send} title={t(filter === "all" ? "webhooks.noDeliveries" : "webhooks.noneOfStatus")} isCompact>
                {filter === "all" && t("webhooks.noDeliveriesHint")}
              </EmptyState>
            }
          />
        </Card>
      )}
      <LoadMore pages={deliveries} />
    </section>
  );
}

function useColumns(webhook: Webhook): Column<Delivery>[] {
  const { t } = useI18n();
  const { may } = useSession();
  const isOpen = webhook.disabled_reason === null && may("apps:write");
  return [
    { id: "event", header: t("webhooks.event"), width: "34%", cell: (delivery) => <Event delivery={delivery} /> },
    { id: "status", header: t("webhooks.status"), width: "128px", cell: ({ status }) => <DeliveryStatus status={status} /> },
    { id: "answer", header: t("webhooks.answer"), cell: (delivery) => <AnswerOf delivery={delivery} /> },
    { id: "attempts", header: t("webhooks.attempts"), align: "end", width: "84px", cell: ({ attempts }) => attempts },
    { id: "when", header: t("webhooks.lastTry"), width: "150px", cell: (delivery) => <When delivery={delivery} /> },
    {
      id: "actions",
      header: t("webhooks.sendAgain"),
      isHeaderHidden: true,
      align: "end",
      width: "120px",
      cell: (delivery) => isOpen && <Again webhook={webhook.id} delivery={delivery} />,
    },
  ];
}

function Event({ delivery }: { delivery: Delivery }) {
  return (
    <span className={styles["event"]}>
      <span>{delivery.event_type}</span>
      <CopyableId id={delivery.event_id} />
    </span>
  );
}

function AnswerOf({ delivery }: { delivery: Delivery }) {
  const { status_code: code, error } = delivery;
  if (code === null && !error) return <span className={styles["quiet"]}>–</span>;
  // Mostly the words say the status once more.
  const isOnlyCode = code !== null && error?.endsWith(` ${code}`);
  return (
    <span className={styles["answer"]} title={error ?? undefined}>
      {code !== null && <code>{code}</code>}
      {error && !isOnlyCode && <span>{error}</span>}
    </span>
  );
}

function When({ delivery }: { delivery: Delivery }) {
  const { t, format } = useI18n();
  return (
    <span className={styles["tries"]}>
      <Time at={delivery.updated_at} />
      {delivery.next_try_at !== null && (
        <span className={styles["quiet"]}>{t("webhooks.nextTry", { time: format.time(delivery.next_try_at) })}</span>
      )}
    </span>
  );
}

function Again({ webhook, delivery }: { webhook: string; delivery: Delivery }) {
  const { t } = useI18n();
  const { say, fail } = useToasts();
  const retry = useRetryDelivery(webhook);
  if (delivery.status === "queued") return null;
  const send = () =>
    retry.mutate(delivery.id, { onSuccess: () => say(t("webhooks.sentAgain", { type: delivery.event_type })), onError: fail });
  return (
    <Button size="small" variant="ghost" icon={RotateCcw} isBusy={retry.isPending} onClick={send}>
      {t("webhooks.sendAgain")}
    </Button>
  );
}
