import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, type Schema } from "@/api/client";
import { useCursorPages } from "@/api/query";

export type Webhook = Schema<"WebhookView">;
export type NewWebhook = Schema<"NewWebhookView">;
export type WebhookRequest = Schema<"WebhookRequest">;
export type Delivery = Schema<"DeliveryView">;
export type DeliveryStatus = Delivery["status"];

const OFTEN_MS = 5_000;

export function useWebhooks() {
  return useCursorPages(["webhooks", "list"], (cursor, signal) =>
    call(api.GET("/api/v1/webhooks", { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } }, signal })),
  );
}

export function useWebhook(id: string) {
  return useQuery({
    queryKey: ["webhooks", "one", id],
    queryFn: ({ signal }) => call(api.GET("/api/v1/webhooks/{webhook_id}", { params: { path: { webhook_id: id } }, signal })),
  });
}

/** What became of events for a webhook, kept true while it is looked at. */
export function useDeliveries(id: string, status: DeliveryStatus | undefined) {
  return useCursorPages(
    ["webhooks", "deliveries", id, status ?? "all"],
    (cursor, signal) => {
      const query = { limit: 50, ...(status ? { status } : {}), ...(cursor ? { cursor } : {}) };
      const path = { webhook_id: id };
      return call(api.GET("/api/v1/webhooks/{webhook_id}/deliveries", { params: { path, query }, signal }));
    },
    { refetchInterval: OFTEN_MS },
  );
}

/** The newest delivery; null when there was none. */
export function useLastDelivery(id: string) {
  return useQuery({
    queryKey: ["webhooks", "deliveries", id, "last"],
    queryFn: async ({ signal }) => {
      const params = { path: { webhook_id: id }, query: { limit: 1 } };
      const { items } = await call(api.GET("/api/v1/webhooks/{webhook_id}/deliveries", { params, signal }));
      return items[0] ?? null;
    },
    refetchInterval: 2 * OFTEN_MS,
  });
}

function useWebhookWrite<Input, Output>(write: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: write, onSuccess: () => queries.invalidateQueries({ queryKey: ["webhooks"] }) });
}

export function useCreateWebhook() {
  return useWebhookWrite((body: WebhookRequest) => call(api.POST("/api/v1/webhooks", { body })));
}

export function useDeleteWebhook() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(api.DELETE("/api/v1/webhooks/{webhook_id}", { params: { path: { webhook_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["webhooks", "list"] }),
  });
}

export function useRetryDelivery(webhook: string) {
  return useWebhookWrite((delivery: string) => {
    const path = { webhook_id: webhook, delivery_id: delivery };
    return call(api.POST("/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/retries", { params: { path } }));
  });
}
