import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, use, useCallback, useMemo, type ReactNode } from "react";
import { api, call, type Schema } from "@/api/client";
import { setCsrfToken } from "@/api/session";
import type { Scope } from "@/shell/feature";

export type Me = Schema<"Me">;

export const ME = ["me"] as const;

async function readMe(signal?: AbortSignal): Promise<Me> {
  const me = await call(api.GET("/api/v1/me", signal ? { signal } : {}));
  setCsrfToken(me.csrf_token ?? null);
  return me;
}

/** Who is signed in; a 401 says nobody. */
export function useMe() {
  return useQuery({ queryKey: ME, queryFn: ({ signal }) => readMe(signal), staleTime: Infinity, gcTime: Infinity });
}

const Context = createContext<Me | null>(null);

export function SessionProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <Context value={me}>{children}</Context>;
}

/** Who is signed in, and what they may do. */
export function useSession() {
  const me = use(Context);
  if (!me) throw new Error("useSession is used where nobody is signed in");
  return useMemo(() => ({ me, may: (scope: Scope) => me.scopes.includes(scope) }), [me]);
}

/** Takes a new session over; what was cached for another one is forgotten when `isFresh`. */
export function useSignedIn() {
  const queries = useQueryClient();
  return useCallback(
    async (session: Schema<"SessionView">, { isFresh }: { isFresh: boolean }) => {
      setCsrfToken(session.csrf_token);
      if (isFresh) queries.clear();
      queries.setQueryData(ME, await readMe());
      if (!isFresh) await queries.invalidateQueries();
    },
    [queries],
  );
}

/** Ends the session and forgets everything that was read in it. */
export function useSignOut() {
  const queries = useQueryClient();
  return useCallback(async () => {
    await call(api.DELETE("/api/v1/sessions/current"));
    setCsrfToken(null);
    queries.clear();
    // A new document: nothing of the old session stays in memory.
    window.location.assign("/login");
  }, [queries]);
}
