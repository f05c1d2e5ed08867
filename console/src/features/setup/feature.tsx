import type { Feature } from "@/shell/feature";

export const feature: Feature = {
  bareRoutes: [{ path: "/setup", lazy: () => import("./SetupPage") }],
};
