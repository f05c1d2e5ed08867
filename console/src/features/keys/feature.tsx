import { KeyRound } from "lucide-react";
import type { Feature, PageHandle } from "@/shell/feature";

export const feature: Feature = {
  navigation: [{ to: "/keys", label: "shell.keys", icon: KeyRound, group: "manage", order: 20, scope: "keys" }],
  routes: [{ path: "/keys", handle: { crumb: "shell.keys" } satisfies PageHandle, lazy: () => import("./KeysPage") }],
};
