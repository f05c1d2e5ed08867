import { Users } from "lucide-react";
import type { Feature, PageHandle } from "@/shell/feature";

export const feature: Feature = {
  navigation: [{ to: "/members", label: "shell.members", icon: Users, group: "manage", order: 30, scope: "admin" }],
  routes: [{ path: "/members", handle: { crumb: "shell.members" } satisfies PageHandle, lazy: () => import("./MembersPage") }],
};
