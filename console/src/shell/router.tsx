import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { features } from "@/shell/features";
import { NotFound, RouteError } from "@/shell/RouteError";
import { Shell } from "@/shell/Shell";
import { ShellSkeleton } from "@/shell/ShellSkeleton";

/** All pages: those of the features inside the shell, and those that stand alone. */
export function routes(): RouteObject[] {
  return [
    ...features.flatMap((feature) => feature.bareRoutes ?? []).map((route) => ({ errorElement: <RouteError />, ...route })),
    {
      element: <Shell />,
      errorElement: <RouteError />,
      HydrateFallback: ShellSkeleton,
      children: [
        {
          errorElement: <RouteError />,
          children: [
            { index: true, element: <Navigate to="/apps" replace /> },
            ...features.flatMap((feature) => feature.routes ?? []),
            { path: "*", element: <NotFound /> },
          ],
        },
      ],
    },
  ];
}

export function createRouter() {
  return createBrowserRouter(routes());
}
