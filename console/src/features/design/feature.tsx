import type { Feature } from "@/shell/feature";

/** Not in the navigation: for those who build pages, and for the screenshots that hold the design. */
export const feature: Feature = {
  bareRoutes: [{ path: "/design", lazy: () => import("./DesignPage") }],
};
