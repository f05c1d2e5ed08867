import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { app, ME, problem, stubGateway } from "@/test/gateway";

const LIST = { items: [app("Greeting", { tags: ["first"] }), app("Office agent")], next_cursor: null };
const SIGNED_IN = {
  "GET /api/v1/me": ME,
  "GET /api/v1/apps": LIST,
  "GET /api/v1/app-tags": { items: [{ tag: "first", apps: 1 }], next_cursor: null },
};
const SESSION = { id: "ses_2", token: "ses_x", csrf_token: "csrf-2", expires_at: "2026-02-01T00:00:00Z", member: ME.member, tenant: ME.tenant };

afterEach(() => vi.unstubAllGlobals());

function open(address: string) {
  const { element, router } = consoleAt(address);
  render(element);
  return router;
}

describe("who may come in", () => {
  it("leads to the first run while nobody exists", async () => {
    stubGateway({ "GET /api/v1/me": () => problem(401, "unauthenticated"), "GET /api/v1/setup": { needed: true } });
    const router = open("/apps");

    await screen.findByLabelText("Setup token");

    expect(router.state.location.pathname).toBe("/setup");
  });

  it("leads to signing in, and back to where one wanted to go", async () => {
    let isSignedIn = false;
    stubGateway({
      ...SIGNED_IN,
      "GET /api/v1/me": () => (isSignedIn ? ME : problem(401, "unauthenticated")),
      "GET /api/v1/setup": { needed: false },
      "POST /api/v1/sessions": () => {
        isSignedIn = true;
        return SESSION;
      },
    });
    const router = open("/apps?search=agent");

    await userEvent.type(await screen.findByLabelText("E-mail address"), "ada@example.org");
    await userEvent.type(screen.getByLabelText("Password"), "correct horse{Enter}");
    await screen.findByRole("link", { name: "Greeting" });

    expect(router.state.location.pathname + router.state.location.search).toBe("/apps?search=agent");
  });

  it("says that the password is wrong", async () => {
    stubGateway({ "POST /api/v1/sessions": () => problem(401, "wrong_login") });
    open("/login");

    await userEvent.type(await screen.findByLabelText("E-mail address"), "ada@example.org");
    await userEvent.type(screen.getByLabelText("Password"), "x{Enter}");

    expect((await screen.findByRole("alert")).textContent).toBe("The e-mail address or the password is wrong.");
  });

  it("asks for the password again over the page, and keeps the page", async () => {
    let isExpired = false;
    const { requests } = stubGateway({
      ...SIGNED_IN,
      "POST /api/v1/apps": () => (isExpired ? problem(401, "unauthenticated") : problem(409, "name_taken")),
      "POST /api/v1/sessions": () => {
        isExpired = false;
        return SESSION;
      },
    });
    open("/apps");
    await userEvent.click(await screen.findByRole("button", { name: "New app" }));
    await userEvent.type(await screen.findByLabelText("Name"), "Half done");
    isExpired = true;
    await userEvent.click(screen.getByRole("button", { name: "Create app" }));

    const dialog = within(await screen.findByRole("dialog", { name: "Your session has ended" }));
    expect(dialog.getByLabelText("E-mail address")).toHaveProperty("value", "ada@example.org");
    await userEvent.type(dialog.getByLabelText("Password"), "correct horse{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog", { name: "Your session has ended" })).toBeNull());

    expect(requests.filter((request) => request.url.endsWith("/sessions"))).toHaveLength(1);
    expect(screen.getByLabelText("Name")).toHaveProperty("value", "Half done");
  });
});

describe("the shell", () => {
  it("shows the path, the navigation and no faults", async () => {
    stubGateway(SIGNED_IN);
    open("/apps");

    await screen.findByRole("link", { name: "Greeting" });

    expect(screen.getByRole("navigation", { name: "Main" })).toBeTruthy();
    expect(screen.getByRole("navigation", { name: "Path" }).textContent).toBe("Apps");
    expect(document.title).toBe("Apps · Skep");
    expect(await faultsOf(document.body)).toEqual([]);
  });

  it("hides what one may not do", async () => {
    stubGateway({ ...SIGNED_IN, "GET /api/v1/me": { ...ME, scopes: ["apps:read"] } });
    open("/apps");
    await screen.findByRole("link", { name: "Greeting" });

    expect(screen.queryByRole("link", { name: "API keys" })).toBeNull();
    expect(screen.queryByRole("button", { name: "New app" })).toBeNull();
  });

  it("says that an address is wrong", async () => {
    stubGateway(SIGNED_IN);
    open("/nothing/here");

    expect(await screen.findByRole("heading", { name: "There is nothing here" })).toBeTruthy();
  });

  it("goes to a page from the palette", async () => {
    stubGateway({ ...SIGNED_IN, "GET /readyz": { ready: true, parts: { bus: "ok" } } });
    const router = open("/apps");
    await screen.findByRole("link", { name: "Greeting" });

    await userEvent.keyboard("{Control>}k{/Control}");
    await screen.findByPlaceholderText("Type a page or a command…");
    await userEvent.keyboard("settings{Enter}");

    await waitFor(() => expect(router.state.location.pathname).toBe("/settings"));
    expect(await faultsOf(document.body)).toEqual([]);
  });

  it("says that the gateway is away, and goes on by itself", async () => {
    let isAway = false;
    const away = (answer: unknown) => () => {
      if (isAway) throw new TypeError("Failed to fetch");
      return answer;
    };
    stubGateway({ ...SIGNED_IN, "GET /api/v1/apps": away(LIST), "GET /healthz": away({ status: "ok" }) });
    open("/apps");
    await screen.findByRole("link", { name: "Greeting" });
    isAway = true;
    await userEvent.type(screen.getByRole("searchbox"), "x");

    await screen.findByText("The gateway does not answer. Trying again…", {}, { timeout: 3_000 });
    isAway = false;

    await waitFor(() => expect(screen.queryByText("The gateway does not answer. Trying again…")).toBeNull(), { timeout: 5_000 });
  }, 15_000);
});
