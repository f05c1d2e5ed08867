import { vi } from "vitest";

type Handler = (request: Request) => unknown;

/** Stands in for the gateway: `"GET /api/v1/apps"` → what it answers, or a function of the request. */
export function stubGateway(routes: Record<string, unknown>): { requests: Request[] } {
  const requests: Request[] = [];
  vi.stubGlobal("fetch", async (input: Request | string) => {
    const request = typeof input === "string" ? new Request(new URL(input, location.href)) : input;
    requests.push(request.clone());
    const route = routes[`${request.method} ${new URL(request.url).pathname}`];
    if (route === undefined) return problem(404, "not_found");
    const body = typeof route === "function" ? await (route as Handler)(request) : route;
    return body instanceof Response ? body : Response.json(body);
  });
  return { requests };
}

/** An answer that refuses. */
export function problem(status: number, code: string, more: Record<string, unknown> = {}): Response {
  const body = { type: `urn:skep:problem:${code}`, code, status, title: code, detail: `${code}.`, retry: "never", ...more };
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/problem+json" } });
}

/** A session that may do everything. */
export const ME = {
  kind: "session",
  id: "ses_1",
  tenant: { id: "t_1", name: "default" },
  member: { id: "mem_1", email: "ada@example.org", name: "Ada Lovelace", created_at: "2026-01-01T00:00:00Z" },
  scopes: ["admin", "apps:read", "apps:write", "datasets:read", "datasets:write", "keys", "models:call", "operator", "runs:read", "runs:write"],
  csrf_token: "csrf",
};

export function app(name: string, more: Record<string, unknown> = {}) {
  return {
    id: `app_${name}`,
    name,
    mode: "chat",
    description: "",
    icon: "",
    tags: [],
    draft: "d".repeat(64),
    published: null,
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    ...more,
  };
}
