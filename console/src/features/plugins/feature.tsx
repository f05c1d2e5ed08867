import { Puzzle } from "lucide-react";
import type { Feature, PageHandle } from "@/shell/feature";

export const feature: Feature = {
  navigation: [{ to: "/plugins", label: "shell.plugins", icon: Puzzle, group: "manage", order: 40, scope: "admin" }],
  routes: [{ path: "/plugins", handle: { crumb: "shell.plugins" } satisfies PageHandle, lazy: () => import("./PluginsPage") }],
};
