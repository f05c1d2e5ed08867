import { LayoutGrid } from "lucide-react";
import { lazy } from "react";
import type { Feature, PageHandle } from "@/shell/feature";
import { AppCrumb } from "./AppCrumb";

export const feature: Feature = {
  navigation: [{ to: "/apps", label: "shell.apps", icon: LayoutGrid, group: "build", order: 10, scope: "apps:read" }],
  palette: lazy(() => import("./AppPalette")),
  routes: [
    {
      path: "/apps",
      handle: { crumb: "shell.apps" } satisfies PageHandle,
      children: [
        { index: true, lazy: () => import("./AppsPage") },
        {
          // The shell puts every feature's `appPages` below it.
          id: "app",
          path: ":app",
          handle: { crumb: AppCrumb } satisfies PageHandle,
          lazy: () => import("./AppLayout"),
          children: [],
        },
      ],
    },
  ],
};
