import { Gauge } from "lucide-react";
import type { Feature, PageHandle } from "@/shell/feature";

export const feature: Feature = {
  navigation: [{ to: "/overview", label: "shell.overview", icon: Gauge, group: "operate", order: 5, scope: "runs:read" }],
  routes: [{ path: "/overview", handle: { crumb: "shell.overview" } satisfies PageHandle, lazy: () => import("./OverviewPage") }],
  appPages: [{ path: "overview", label: "shell.overview", order: 35, scope: "runs:read", lazy: () => import("./OverviewPage") }],
};
