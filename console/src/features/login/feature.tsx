import type { Feature } from "@/shell/feature";

export const feature: Feature = {
  bareRoutes: [{ path: "/login", lazy: () => import("./LoginPage") }],
};
