import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { appPages, features } from "@/shell/features";
import type { AppPage, PageHandle } from "@/shell/feature";
import { NotFound, RouteError } from "@/shell/RouteError";
import { Shell } from "@/shell/Shell";
import { ShellSkeleton } from "@/shell/ShellSkeleton";

/** All pages: those of the features inside the shell, and those that stand alone. */
export function routes(): RouteObject[] {
  return [
    ...features.flatMap((feature) => feature.bareRoutes ?? []).map((route) => ({
      errorElement: <RouteError />,
      HydrateFallback: ShellFallback,
      ...route,
    })),
    {
      element: <Shell />,
      errorElement: <RouteError />,
      HydrateFallback: ShellSkeleton,
      children: [
        {
          errorElement: <RouteError />,
          children: [
            { index: true, element: <Navigate to="/apps" replace /> },
            ...features.flatMap((feature) => feature.routes ?? []).map(withAppPages),
            { path: "*", element: <NotFound /> },
          ],
        },
      ],
    },
  ];
}

/** Puts the pages of an app below the route whose id is `app`, wherever that is. */
function withAppPages(route: RouteObject): RouteObject {
  if (route.index) return route;
  const children = (route.children ?? []).map(withAppPages);
  if (route.id === "app") children.push(...appPages.map(appRoute));
  return children.length > 0 ? { ...route, children } : route;
}

function appRoute({ path, label, isFull, lazy, children }: AppPage): RouteObject {
  const handle: PageHandle = { crumb: label, ...(isFull ? { isFull } : {}) };
  if (path === "") return { index: true, handle: isFull ? { isFull } : {}, lazy };
  return { path, handle, lazy, ...(children ? { children } : {}) };
}

/** Nothing, for the moment that a page of its own takes to load. */
function ShellFallback() {
  return null;
}

export function createRouter() {
  return createBrowserRouter(routes());
}
