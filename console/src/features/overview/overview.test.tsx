import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { app, ME, problem, stubGateway } from "@/test/gateway";
import type { Statistics } from "./api";

const FIGURES = {
  runs: 10,
  succeeded: 7,
  failed: 2,
  cancelled: 0,
  paused: 0,
  active: 1,
  p50_s: 1.2,
  p95_s: 65,
  input_tokens: 2000,
  output_tokens: 500,
  cost_usd: null,
  end_users: 3,
};
const NOTHING = { ...FIGURES, runs: 0, succeeded: 0, failed: 0, active: 0 };

function open(address: string, told: Partial<Statistics> | Response) {
  const today = new Date();
  today.setHours(0, 0, 0, 0);
  const whole = { total: FIGURES, buckets: [{ ...FIGURES, at: today.toISOString() }], apps: [{ ...FIGURES, app_id: "app_orders" }], problems: [], counted_since: null };
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/statistics": told instanceof Response ? told : { ...whole, ...told },
    "GET /api/v1/apps": { items: [app("orders")], next_cursor: null },
    "GET /api/v1/apps/app_orders": app("orders"),
  });
  const { element, router } = consoleAt(address);
  render(element);
  const asked = () => requestsOf(gateway.requests);
  return { router, asked };
}

function requestsOf(requests: Request[]) {
  return requests.filter((request) => request.url.includes("/statistics")).map((request) => new URL(request.url).searchParams);
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("shows how the workspace's runs went, with tables behind the charts", async () => {
  open("/overview", { problems: [{ code: "provider_timed_out", runs: 2, last_run_id: "run_1" }] });

  const link = await screen.findByRole("link", { name: "2" });
  expect(link.getAttribute("href")).toBe("/runs?status=failed");
  screen.getByText("22.2% of ended");
  screen.getByText("p95 1 min 5 s");
  const chart = within(screen.getByRole("table", { name: "Time from start to end" }));
  chart.getByText("1.2 s");
  const last = screen.getByRole("link", { name: "Open run, the latest that failed with provider_timed_out" });
  expect(last.getAttribute("href")).toBe("/runs/run_1");
  expect((await screen.findByRole("link", { name: "orders" })).getAttribute("href")).toBe("/apps/app_orders/overview");
  expect(await faultsOf(document.body)).toEqual([]);
});

it("charts are walked with the arrow keys", async () => {
  open("/overview", {});

  const chart = await screen.findByRole("slider", { name: "Runs" });
  chart.focus();
  await userEvent.keyboard("{End}");

  expect(chart.getAttribute("aria-valuetext")).toMatch(/Succeeded 7, Failed 2/);
});

it("shows one app's runs in its own tab, without a table of apps", async () => {
  const { asked } = open("/apps/app_orders/overview", {});

  await screen.findByText("No run failed in this time.");
  expect(screen.queryByRole("table", { name: "Apps" })).toBeNull();
  expect(asked()[0]?.get("app")).toBe("app_orders");
});

it("leaves test runs out when told so", async () => {
  const { asked, router } = open("/overview", {});

  await userEvent.click(await screen.findByRole("switch", { name: "With test runs" }));

  await waitFor(() => expect(asked().at(-1)?.get("with_drafts")).toBe("false"));
  expect(router.state.location.search).toBe("?drafts=no");
});

it("says what is not counted, that nothing ran, and that it cannot be told", async () => {
  open("/overview", { counted_since: "2026-03-01T00:00:00Z" });
  await screen.findByText(/more runs than are counted at once/);
  cleanup();
  open("/overview", { total: NOTHING, buckets: [] });
  await screen.findByText("Nothing ran in this time");
  cleanup();
  open("/overview", problem(403, "forbidden"));
  await screen.findByRole("alert");
});
