import type { Feature } from "@/shell/feature";

export const feature: Feature = {
  appPages: [{ path: "share", label: "sharing.title", order: 60, scope: "apps:read", lazy: () => import("./SharePage") }],
};
