import type { Feature } from "@/shell/feature";

export const feature: Feature = {
  bareRoutes: [{ path: "/join", lazy: () => import("./JoinPage") }],
};
