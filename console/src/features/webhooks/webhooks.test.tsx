import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { app, ME, problem, stubGateway } from "@/test/gateway";
import type { Delivery, Webhook } from "./api";

const HOOK: Webhook = {
  id: "wh_1",
  url: "https://shop.example/hooks/skep",
  kinds: ["run.failed.v1", "run.succeeded.v1", "document.failed.v1"],
  app_id: "app_orders",
  disabled_reason: null,
  created_at: "2026-01-01T00:00:00Z",
};
const DEAD: Delivery = {
  id: "whd_1",
  event_id: "evt_1",
  event_type: "run.failed.v1",
  status: "dead",
  attempts: 8,
  status_code: 503,
  error: "The receiver is down.",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-02T00:00:00Z",
  next_try_at: null,
};
const list = <T,>(...items: T[]) => ({ items, next_cursor: null });

function open(address: string, routes: Record<string, unknown> = {}) {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/apps": list(app("orders")),
    "GET /api/v1/webhooks": list(HOOK),
    "GET /api/v1/webhooks/wh_1": HOOK,
    "GET /api/v1/webhooks/wh_1/deliveries": list(DEAD),
    ...routes,
  });
  const { element, router } = consoleAt(address);
  render(element);
  return { router, ...gateway };
}

afterEach(() => vi.unstubAllGlobals());

describe("webhooks", () => {
  it("tell where they lead, of what, and how the last delivery went", async () => {
    const { router } = open("/webhooks");
    const row = within((await screen.findByRole("link", { name: /shop\.example/ })).closest("tr") ?? document.body);
    await row.findByText("Given up");
    await row.findByRole("link", { name: "orders" });
    row.getByText("run.failed");
    row.getByText("+1");
    row.getByText("Active");
    expect(await faultsOf(document.body)).toEqual([]);

    await userEvent.click(row.getByText("run.failed"));
    await waitFor(() => expect(router.state.location.pathname).toBe("/webhooks/wh_1"));
  });

  it("are made for chosen events, and show their secret once", async () => {
    let tries = 0;
    const { requests } = open("/webhooks", {
      "GET /api/v1/webhooks": list(),
      "POST /api/v1/webhooks": () => {
        tries += 1;
        const errors = [{ pointer: "/url", message: "refused" }];
        return tries === 1 ? problem(422, "address_refused", { detail: "That address is inside the network.", errors }) : { ...HOOK, secret: "whsec_abc" };
      },
    });
    await screen.findByText("No webhooks");
    await userEvent.click(screen.getByRole("button", { name: "New webhook" }));
    const dialog = within(await screen.findByRole("dialog"));
    const create = dialog.getByRole<HTMLButtonElement>("button", { name: "Create" });
    await userEvent.type(dialog.getByLabelText("Address"), "https://shop.example/hook");
    await userEvent.click(dialog.getByRole("radio", { name: "Choose" }));
    expect(create.disabled).toBe(true);
    await userEvent.click(within(dialog.getByRole("group", { name: "Runs" })).getByRole("checkbox", { name: "Failed" }));
    await userEvent.click(dialog.getByRole("checkbox", { name: "Documents" }));
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(create);
    await dialog.findByText("That address is inside the network.");
    await userEvent.click(create);

    await screen.findByText("whsec_abc");
    const sent: unknown = await requests.filter(({ method }) => method === "POST").at(-1)?.json();
    expect(sent).toEqual({
      url: "https://shop.example/hook",
      kinds: ["run.failed.v1", "document.indexed.v1", "document.failed.v1", "document.deleted.v1"],
    });
  });

  it("show deliveries by status, and send one again", async () => {
    const { requests } = open("/webhooks/wh_1", {
      "POST /api/v1/webhooks/wh_1/deliveries/whd_1/retries": { ...DEAD, status: "queued" },
    });
    await screen.findByText("The receiver is down.");
    screen.getByText("503");
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Send again" }));
    await screen.findByText("run.failed.v1 is sent again.");

    await userEvent.click(screen.getByRole("combobox", { name: "Status" }));
    await userEvent.click(await screen.findByRole("option", { name: "Delivered" }));
    await waitFor(() => expect(requests.some(({ url }) => url.includes("status=delivered"))).toBe(true));
  });

  it("that are disabled say why, and send nothing again", async () => {
    open("/webhooks/wh_1", { "GET /api/v1/webhooks/wh_1": { ...HOOK, disabled_reason: "It answered 410." } });
    await screen.findByText(/It answered 410\./);
    await screen.findByText("The receiver is down.");
    expect(screen.queryByRole("button", { name: "Send again" })).toBeNull();
  });

  it("are deleted after a question", async () => {
    const { router } = open("/webhooks/wh_1", { "DELETE /api/v1/webhooks/wh_1": () => new Response(null, { status: 204 }) });
    await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/webhooks"));
  });
});

describe("live events", () => {
  function stream() {
    let send: (seq: number, type: string, data: Record<string, unknown>) => void = () => undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        send = (seq, type, data) => {
          const event = JSON.stringify({ id: `evt_${seq}`, type, time: "2026-01-01T10:00:00Z", data });
          controller.enqueue(new TextEncoder().encode(`id: ${seq}\nevent: ${type}\ndata: ${event}\n\n`));
        };
      },
    });
    const answer = new Response(body, { headers: { "content-type": "text/event-stream" } });
    return { answer, send: (seq: number, type: string, data: Record<string, unknown>) => send(seq, type, data) };
  }

  it("come as they happen, wait while they are paused, and open", async () => {
    const { answer, send } = stream();
    open("/webhooks/events", { "GET /api/v1/events": answer });
    await screen.findByText("Live");
    await screen.findByText("Nothing has happened yet");
    send(7, "run.failed.v1", { run_id: "run_01ABCDEFGH", app_id: "app_orders", problem: { detail: "The model is away." } });
    const row = within((await screen.findByText("run.failed")).closest("li") ?? document.body);
    row.getByText("orders · The model is away.");
    expect(row.getByRole("link").getAttribute("href")).toBe("/runs/run_01ABCDEFGH");
    await userEvent.click(row.getByRole("button", { name: /run\.failed/ }));
    row.getByText("Number 7 of the stream");
    expect(await faultsOf(document.body)).toEqual([]);

    await userEvent.click(screen.getByRole("button", { name: "Pause" }));
    send(8, "app.published.v1", { app_id: "app_orders", number: 2 });
    await screen.findByText("1 new event waits");
    expect(screen.queryByText("app.published")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Go on" }));
    await screen.findByText("app.published");
    await userEvent.click(screen.getByRole("button", { name: "Clear" }));
    await screen.findByText("Nothing has happened yet");
  });

  it("are filtered by kind", async () => {
    const { router, requests } = open("/webhooks/events", { "GET /api/v1/events": () => stream().answer });
    await userEvent.click(await screen.findByRole("button", { name: "All kinds" }));
    await userEvent.click(within(await screen.findByRole("group", { name: "Apps" })).getByRole("checkbox", { name: "Published" }));
    await waitFor(() => expect(requests.some(({ url }) => url.includes("kind=app.published.v1"))).toBe(true));
    expect(router.state.location.search).toBe("?kind=app.published.v1");
  });

  it("say why they cannot be followed", async () => {
    open("/webhooks/events?kind=nothing.v1", { "GET /api/v1/events": problem(422, "unknown_event_kind", { title: "Not valid" }) });
    await screen.findByRole("heading", { name: "Not valid" });
    screen.getByRole("button", { name: "Show all events" });
  });
});
