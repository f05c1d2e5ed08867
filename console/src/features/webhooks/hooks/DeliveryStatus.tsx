import { StatusBadge, type Status } from "@/design";
import { useI18n } from "@/i18n";
import type { DeliveryStatus as Value } from "../api";

const LOOKS: Record<Value, Status> = {
  delivered: "succeeded",
  retrying: "paused",
  dead: "failed",
  refused: "cancelled",
  queued: "waiting",
};

export const STATUSES: readonly Value[] = ["delivered", "retrying", "queued", "dead", "refused"];

/** What became of an event for a webhook. */
export function DeliveryStatus({ status }: { status: Value }) {
  const { t } = useI18n();
  return <StatusBadge status={LOOKS[status]} label={t(`webhooks.status_${status}`)} />;
}
