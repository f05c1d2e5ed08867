import { Activity } from "lucide-react";
import type { Feature } from "@/shell/feature";
import { RunCrumb } from "./page/RunCrumb";

export const feature: Feature = {
  navigation: [{ to: "/runs", label: "shell.runs", icon: Activity, group: "operate", order: 10, scope: "runs:read" }],
  appPages: [{ path: "runs", label: "shell.runs", order: 40, scope: "runs:read", lazy: () => import("./list/RunsPage") }],
  routes: [
    {
      path: "/runs",
      handle: { crumb: "shell.runs" },
      children: [
        { index: true, lazy: () => import("./list/RunsPage") },
        { path: ":runId", handle: { crumb: RunCrumb, isFull: true }, lazy: () => import("./page/RunPage") },
      ],
    },
  ],
};
