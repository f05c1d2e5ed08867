import { Settings } from "lucide-react";
import type { Feature, PageHandle } from "@/shell/feature";

export const feature: Feature = {
  navigation: [{ to: "/settings", label: "shell.settings", icon: Settings, group: "manage", order: 90 }],
  routes: [
    { path: "/settings", handle: { crumb: "shell.settings" } satisfies PageHandle, lazy: () => import("./SettingsPage") },
  ],
};
