import { afterEach, describe, expect, it, vi } from "vitest";
import { api, call, callTagged, send } from "./client";
import { onSessionExpired, setCsrfToken } from "./session";

function answer(body: unknown, init: ResponseInit = {}): void {
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response(init.status === 204 ? null : JSON.stringify(body), init))),
  );
}

function sent(): Request {
  return vi.mocked(fetch).mock.calls[0]?.[0] as Request;
}

afterEach(() => {
  vi.unstubAllGlobals();
  setCsrfToken(null);
});

describe("client", () => {
  it("fills paths and queries", async () => {
    answer({ items: [], next_cursor: null });

    await call(api.GET("/api/v1/apps/{app}/versions", { params: { path: { app: "a b/ü" }, query: { limit: 5 } } }));

    expect(sent().url).toMatch(/\/api\/v1\/apps\/a%20b%2F%C3%BC\/versions\?limit=5$/);
  });

  it("shows that writes are meant, and reads not", async () => {
    setCsrfToken("csrf");
    answer(undefined, { status: 204 });
    await call(api.DELETE("/api/v1/keys/{key_id}", { params: { path: { key_id: "key_1" } } }));
    expect(sent().headers.get("x-skep-csrf")).toBe("csrf");

    answer({ needed: false });
    await call(api.GET("/api/v1/setup"));
    expect(sent().headers.get("x-skep-csrf")).toBeNull();
  });

  it("gives the tag of what it read", async () => {
    answer({ document: {} }, { headers: { ETag: '"abc"' } });

    const { etag } = await callTagged(api.GET("/api/v1/apps/{app}/draft", { params: { path: { app: "x" } } }));

    expect(etag).toBe('"abc"');
  });

  it("turns refusals into problems with their faults", async () => {
    answer(
      { status: 409, code: "name_taken", title: "Taken", detail: "Another app…", retry: "never", errors: [{ pointer: "/app/name", message: "taken" }] },
      { status: 409, headers: { "x-trace-id": "t1" } },
    );

    const problem: unknown = await send("/api/v1/apps", { method: "POST", body: "{}" }).catch((error: unknown) => error);

    expect(problem).toMatchObject({ status: 409, code: "name_taken", traceId: "t1", message: "Another app…" });
    expect((problem as { fault: (pointer: string) => string }).fault("/app/name")).toBe("taken");
  });

  it("makes a problem of answers that are none, and of no answer", async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("<html>", { status: 502 })));
    await expect(send("/api/v1/me")).rejects.toMatchObject({ status: 502, code: "unreadable" });

    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(send("/api/v1/me")).rejects.toMatchObject({ status: 0, isUnreachable: true });
  });

  it("tells of a session that has ended, not of a wrong password", async () => {
    const expired = vi.fn();
    const stop = onSessionExpired(expired);
    answer({ status: 401, code: "wrong_login" }, { status: 401 });

    await send("/api/v1/sessions", { method: "POST" }).catch(() => undefined);
    await send("/api/v1/me").catch(() => undefined);
    expect(expired).not.toHaveBeenCalled();
    await send("/api/v1/apps").catch(() => undefined);

    expect(expired).toHaveBeenCalledOnce();
    stop();
  });
});
