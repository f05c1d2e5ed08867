import { Webhook } from "lucide-react";
import type { Feature, PageHandle } from "@/shell/feature";
import { WebhookCrumb } from "./hooks/WebhookCrumb";

export const feature: Feature = {
  navigation: [{ to: "/webhooks", label: "webhooks.navigation", icon: Webhook, group: "operate", order: 60, scope: "apps:read" }],
  routes: [
    {
      path: "/webhooks",
      handle: { crumb: "webhooks.navigation" } satisfies PageHandle,
      children: [
        {
          lazy: () => import("./WebhooksLayout"),
          children: [
            { index: true, lazy: () => import("./hooks/WebhooksPage") },
            { path: "events", handle: { crumb: "events.title" } satisfies PageHandle, lazy: () => import("./tail/EventsPage") },
          ],
        },
        { path: ":webhook", handle: { crumb: WebhookCrumb } satisfies PageHandle, lazy: () => import("./hooks/WebhookPage") },
      ],
    },
  ],
};
