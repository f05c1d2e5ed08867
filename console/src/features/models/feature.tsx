import { Boxes } from "lucide-react";
import type { Feature, PageHandle } from "@/shell/feature";

export const feature: Feature = {
  navigation: [{ to: "/models", label: "shell.models", icon: Boxes, group: "manage", order: 10, scope: "admin" }],
  routes: [{ path: "/models", handle: { crumb: "shell.models" } satisfies PageHandle, lazy: () => import("./ModelsPage") }],
};
