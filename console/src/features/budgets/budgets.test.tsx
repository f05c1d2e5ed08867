import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { app, ME, problem, stubGateway } from "@/test/gateway";
import type { Budget } from "./api";
import { fillingOf } from "./state";

const MARKETING: Budget = {
  id: "bud_1",
  name: "Marketing",
  subject: "app",
  subject_id: "app_orders",
  measure: "usd",
  limit: 50,
  period: "month",
  spent: 12.5,
  held: 2,
};

function open(items: unknown, me: unknown = ME) {
  const gateway = stubGateway({
    "GET /api/v1/me": me,
    "GET /api/v1/budgets": items instanceof Response ? items : { items, next_cursor: null },
    "POST /api/v1/budgets": MARKETING,
    "PATCH /api/v1/budgets/bud_1": MARKETING,
    "DELETE /api/v1/budgets/bud_1": new Response(null, { status: 204 }),
    "GET /api/v1/apps": { items: [app("orders")], next_cursor: null },
    "GET /api/v1/keys": { items: [], next_cursor: null },
  });
  render(consoleAt("/budgets").element);
  const sent = (method: string) =>
    waitFor(() => {
      const found = gateway.requests.find((request) => request.method === method);
      if (!found) throw new Error(`no ${method} was sent`);
      return found.clone();
    });
  return { sent };
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("tells for whom a budget is, what is spent and what is held", async () => {
  open([MARKETING]);

  await screen.findByText("$12.50 of $50.00");
  await screen.findByText(/The app orders · per month/);
  screen.getByText("$2.00 held by calls under way");
  expect(screen.getByRole("meter", { name: "Share of Marketing that is spent" }).getAttribute("aria-valuenow")).toBe("25");
  expect(screen.queryByText("Nearly spent")).toBeNull();
  expect(await faultsOf(document.body)).toEqual([]);
});

it("warns of budgets near their limit, and leads to the runs that those without rest paused", async () => {
  open([{ ...MARKETING, spent: 45 }, { ...MARKETING, id: "bud_2", name: "Nightly", spent: 50 }]);

  await screen.findByText("Nearly spent: Marketing");
  screen.getByText("Spent: Nightly");
  expect(screen.getByRole("link", { name: "Show paused runs" }).getAttribute("href")).toBe("/runs?status=paused");
});

it("sets a limit for one app", async () => {
  const { sent } = open([]);
  await screen.findByText("There is no budget yet");
  await userEvent.click(screen.getAllByRole("button", { name: "New budget" })[0] as HTMLElement);
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText(/Name/), "Marketing");
  await userEvent.click(dialog.getByLabelText("For"));
  await userEvent.click(await screen.findByRole("option", { name: "Apps" }));
  await userEvent.click(dialog.getByLabelText("Which app"));
  await userEvent.click(await screen.findByRole("option", { name: "orders" }));
  await userEvent.type(dialog.getByLabelText(/Limit/), "50");
  await userEvent.click(dialog.getByRole("button", { name: "Create" }));

  expect(await (await sent("POST")).json()).toEqual({ name: "Marketing", subject: "app", subject_id: "app_orders", measure: "usd", period: "month", limit: 50 });
});

it("raises a limit with one click, and leaves the rest alone", async () => {
  const { sent } = open([MARKETING]);
  await userEvent.click(await screen.findByRole("button", { name: "Change Marketing" }));
  await userEvent.click(await screen.findByRole("button", { name: "$75.00" }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));

  expect(await (await sent("PATCH")).json()).toEqual({ name: "Marketing", limit: 75 });
});

it("deletes only when asked twice", async () => {
  const { sent } = open([MARKETING]);
  await userEvent.click(await screen.findByRole("button", { name: "Delete Marketing" }));
  await userEvent.click(await screen.findByRole("button", { name: "Delete" }));

  expect(new URL((await sent("DELETE")).url).pathname).toBe("/api/v1/budgets/bud_1");
});

it("offers no changes to those who may only read, and says when it cannot be read", async () => {
  open([MARKETING], { ...ME, scopes: ["runs:read", "apps:read"] });
  await screen.findByText("$12.50 of $50.00");
  expect(screen.queryByRole("button", { name: /New budget|Change|Delete/ })).toBeNull();
  cleanup();
  open(problem(403, "forbidden"));
  await screen.findByRole("alert");
});

it("fills up to the limit and not beyond", () => {
  expect(fillingOf({ ...MARKETING, spent: 49, held: 20 })).toEqual({ state: "near", spent: 0.98, held: 1 - 0.98 });
  expect(fillingOf({ ...MARKETING, spent: 60 })).toEqual({ state: "spent", spent: 1, held: 0 });
  expect(fillingOf({ ...MARKETING, limit: 0, spent: 0, held: 0 }).state).toBe("spent");
  expect(fillingOf({ ...MARKETING, spent: null, held: null }).state).toBe("each");
});
