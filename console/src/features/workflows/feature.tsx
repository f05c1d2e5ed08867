import type { Feature } from "@/shell/feature";

export const feature: Feature = {
  appPages: [
    { path: "", label: "workflows.canvas", order: 0, scope: "apps:read", isFull: true, lazy: () => import("./EditorPage") },
  ],
};
