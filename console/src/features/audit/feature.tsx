import { ScrollText } from "lucide-react";
import type { Feature, PageHandle } from "@/shell/feature";

export const feature: Feature = {
  navigation: [{ to: "/audit", label: "shell.audit", icon: ScrollText, group: "manage", order: 50, scope: "admin" }],
  routes: [{ path: "/audit", handle: { crumb: "shell.audit" } satisfies PageHandle, lazy: () => import("./AuditPage") }],
};
