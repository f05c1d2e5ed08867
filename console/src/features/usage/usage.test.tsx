import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { app, ME, problem, stubGateway } from "@/test/gateway";
import type { UsageRow } from "./api";
import { toCsv } from "./csv";
import { dayOf, placed, spanOf } from "./span";
import { seriesOf, sumBy, total } from "./sums";

const NOON = Date.parse("2026-03-08T12:30:00Z");

function row(more: Partial<UsageRow> = {}): UsageRow {
  const facts = { hour: "2026-03-08T00:00:00Z", app_id: "app_orders", provider: "echo", model: "one", calls: 2 };
  return { ...facts, input_tokens: 100, output_tokens: 20, cost_usd: 0.5, unpriced_calls: 0, ...more };
}

function open(address: string, rows: unknown) {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/usage": rows instanceof Response ? rows : { rows },
    "GET /api/v1/apps": { items: [app("orders")], next_cursor: null },
  });
  const { element, router } = consoleAt(address);
  render(element);
  return { router, ...gateway };
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("tells what models cost, by app and by model", async () => {
  open("/usage", [row(), row({ model: "two", app_id: null, cost_usd: 1.5 })]);

  const byModel = within(await screen.findByRole("table", { name: "By model" }));
  await byModel.findByText("echo/two");
  byModel.getByText("75%");
  within(screen.getByRole("table", { name: "By app" })).getByText("Without an app");
  expect(screen.getAllByText("$2.00").length).toBeGreaterThan(0);
  expect(await faultsOf(document.body)).toEqual([]);
});

it("says which prices are not known instead of calling them nothing", async () => {
  open("/usage", [row({ cost_usd: null, unpriced_calls: 2 }), row({ model: "paid" })]);

  await screen.findByText("Costs are not complete");
  await screen.findByText(/price of echo\/one is not known/);
  expect(screen.getAllByText("≥ $0.50").length).toBeGreaterThan(0);
  await screen.findByText("Unknown");
});

it("asks for the span and app in the address, and keeps them there", async () => {
  const { router, requests } = open("/usage?span=day", [row()]);
  await screen.findByRole("table", { name: "By model" });
  await userEvent.click(screen.getByRole("radio", { name: "30 days" }));

  await waitFor(() => expect(router.state.location.search).toBe("?span=month"));
  const asked = () => requests.filter((request) => request.url.includes("/usage")).map((request) => new URL(request.url).searchParams);
  await waitFor(() => expect(asked().map((query) => query.get("bucket"))).toEqual(["hour", "day"]));
});

it("says when nothing was used, and when it cannot be told", async () => {
  open("/usage", []);
  await screen.findByText("No model was called in this time");
  cleanup();
  open("/usage", problem(403, "forbidden"));
  await screen.findByRole("alert");
});

it("begins days where the reader's clock does", () => {
  const shanghai = spanOf({ name: "week" }, NOON, 480);
  expect(shanghai.beginnings).toHaveLength(7);
  expect(new Date(shanghai.beginnings.at(-1) ?? 0).toISOString()).toBe("2026-03-07T16:00:00.000Z");
  expect(shanghai.until).toBe("2026-03-08T16:00:00.000Z");

  const day = spanOf({ name: "day" }, NOON, 0);
  expect([day.bucket, day.beginnings.length, day.until]).toEqual(["hour", 24, "2026-03-08T13:00:00.000Z"]);
});

it("takes custom days with both ends, in whichever order, and not for ever", () => {
  const span = spanOf({ name: "custom", from: "2026-03-05", to: "2026-03-02" }, NOON, 60);
  expect(span.beginnings.map((at) => dayOf(at, 60))).toEqual(["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]);
  expect(spanOf({ name: "custom", from: "1990-01-01" }, NOON, 0).beginnings).toHaveLength(366);
  expect(spanOf({ name: "custom", from: "nonsense", to: "2026-99-99" }, NOON, 0).beginnings).toHaveLength(7);
});

it("puts rows where they belong", () => {
  const span = spanOf({ name: "week" }, NOON, 0);
  expect(placed(span, [row()], (one) => one.hour).findIndex(Boolean)).toBe(6);
});

it("sums costs as far as they are known", () => {
  expect(total([row(), row({ cost_usd: null, unpriced_calls: 1 })])).toMatchObject({ cost: 0.5, unpriced: 1, calls: 4 });
  expect(total([row({ cost_usd: null })]).cost).toBeNull();
  expect(sumBy([row({ cost_usd: 0.1 }), row({ model: "two" })], (one) => one.model).map((sum) => sum.key)).toEqual(["two", "one"]);
});

it("draws the largest models and puts the others together", () => {
  const rows = Array.from({ length: 8 }, (_, index) => row({ model: `m${index}`, cost_usd: index }));
  const series = seriesOf(rows, spanOf({ name: "week" }, NOON, 0), "cost", "Others");

  expect(series.map((one) => one.name)).toEqual(["echo/m7", "echo/m6", "echo/m5", "echo/m4", "echo/m3", "Others"]);
  expect(series.at(-1)?.values.at(-1)).toBe(3);
});

it("exports what spreadsheets read as text and numbers", () => {
  const lines = toCsv([row({ cost_usd: null }), row({ app_id: null })], () => '=HYPERLINK("x")').split("\r\n");

  expect(lines[1]).toBe(`2026-03-08T00:00:00Z,app_orders,"'=HYPERLINK(""x"")",echo,one,2,100,20,,0`);
  expect(lines[2]).toBe("2026-03-08T00:00:00Z,,,echo,one,2,100,20,0.5,0");
});
