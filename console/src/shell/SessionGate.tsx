import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Navigate, useLocation } from "react-router";
import { api, call } from "@/api/client";
import { ErrorState } from "@/design";
import { ShellSkeleton } from "@/shell/ShellSkeleton";
import { SessionProvider, useMe } from "@/shell/session";

/** Lets those in who are signed in, and leads others to where they can be. */
export function SessionGate({ children }: { children: ReactNode }) {
  const me = useMe();
  const location = useLocation();
  const isStranger = me.error?.status === 401 && !me.data;
  const setup = useQuery({
    queryKey: ["setup"],
    queryFn: ({ signal }) => call(api.GET("/api/v1/setup", { signal })),
    enabled: isStranger,
  });
  if (me.data) return <SessionProvider me={me.data}>{children}</SessionProvider>;
  if (isStranger && setup.data) {
    if (setup.data.needed) return <Navigate to="/setup" replace />;
    const next = location.pathname + location.search + location.hash;
    return <Navigate to={next === "/" ? "/login" : `/login?next=${encodeURIComponent(next)}`} replace />;
  }
  const failed = me.error && !isStranger ? me : setup.error ? setup : null;
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  return <ShellSkeleton />;
}
