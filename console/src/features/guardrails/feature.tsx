import { ShieldCheck } from "lucide-react";
import type { Feature, PageHandle } from "@/shell/feature";

export const feature: Feature = {
  navigation: [{ to: "/guardrails", label: "shell.guardrails", icon: ShieldCheck, group: "operate", order: 50, scope: "admin" }],
  routes: [{ path: "/guardrails", handle: { crumb: "shell.guardrails" } satisfies PageHandle, lazy: () => import("./GuardrailsPage") }],
};
