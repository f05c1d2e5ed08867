import { ChartColumn } from "lucide-react";
import type { Feature, PageHandle } from "@/shell/feature";

export const feature: Feature = {
  navigation: [{ to: "/usage", label: "shell.usage", icon: ChartColumn, group: "operate", order: 30, scope: "runs:read" }],
  routes: [{ path: "/usage", handle: { crumb: "shell.usage" } satisfies PageHandle, lazy: () => import("./UsagePage") }],
};
