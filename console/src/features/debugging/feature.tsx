import type { Feature } from "@/shell/feature";

export const feature: Feature = {
  routes: [
    {
      path: "/runs",
      handle: { crumb: "shell.runs" },
      children: [
        { path: ":runId/comparison/:otherId", handle: { crumb: "debugging.comparison" }, lazy: () => import("./ComparePage") },
      ],
    },
  ],
};
