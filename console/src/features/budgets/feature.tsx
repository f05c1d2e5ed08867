import { PiggyBank } from "lucide-react";
import type { Feature, PageHandle } from "@/shell/feature";

export const feature: Feature = {
  navigation: [{ to: "/budgets", label: "shell.budgets", icon: PiggyBank, group: "operate", order: 40, scope: "runs:read" }],
  routes: [{ path: "/budgets", handle: { crumb: "shell.budgets" } satisfies PageHandle, lazy: () => import("./BudgetsPage") }],
};
