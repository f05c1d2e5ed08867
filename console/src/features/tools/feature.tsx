import { Wrench } from "lucide-react";
import type { Feature, PageHandle } from "@/shell/feature";
import { ToolkitCrumb } from "./toolkits/ToolkitCrumb";

export const feature: Feature = {
  navigation: [{ to: "/tools", label: "shell.tools", icon: Wrench, group: "build", order: 30, scope: "apps:read" }],
  routes: [
    {
      path: "/tools",
      handle: { crumb: "shell.tools" } satisfies PageHandle,
      children: [
        { index: true, lazy: () => import("./ToolsPage") },
        { path: ":toolkit", handle: { crumb: ToolkitCrumb } satisfies PageHandle, lazy: () => import("./toolkits/ToolkitPage") },
      ],
    },
    { path: "/connected", handle: { crumb: "shell.tools" } satisfies PageHandle, lazy: () => import("./toolkits/ConnectedPage") },
  ],
};
