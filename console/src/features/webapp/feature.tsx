import type { Feature } from "@/shell/feature";

export const feature: Feature = {
  bareRoutes: [{ path: "/chat/:slug", lazy: () => import("./SiteRoute") }],
};
