import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { ME, stubGateway } from "@/test/gateway";
import type { AuditRecord } from "./api";

const RECORD: AuditRecord = {
  id: "aud_1",
  at: "2026-01-01T00:00:00Z",
  actor: { kind: "member", id: "mem_1", name: "Ada" },
  action: "apps.publish",
  target: { app: "app_1", name: "orders" },
  address: "10.0.0.7",
};
const BY_KEY: AuditRecord = { ...RECORD, id: "aud_2", actor: { kind: "key", id: "key_1", name: "nightly" }, action: "datasets.create", target: {} };

function open(address: string, ...items: AuditRecord[]) {
  const gateway = stubGateway({ "GET /api/v1/me": ME, "GET /api/v1/audit-records": { items, next_cursor: null } });
  const { element, router } = consoleAt(address);
  render(element);
  return { router, ...gateway };
}

afterEach(() => vi.unstubAllGlobals());

it("tells who changed what, on which, from where", async () => {
  open("/audit", RECORD, BY_KEY);
  await screen.findByText("apps.publish");
  screen.getByText("orders");
  expect(screen.getAllByText("Knowledge")).toHaveLength(2);
  expect(screen.getAllByText("10.0.0.7")).toHaveLength(2);
  expect(await faultsOf(document.body)).toEqual([]);
});

it("narrows by who did it, and keeps that in the address", async () => {
  const { router, requests } = open("/audit?period=week", RECORD);
  await userEvent.click(await screen.findByRole("button", { name: "Ada" }));
  await waitFor(() => expect(router.state.location.search).toBe("?period=week&actor=mem_1"));
  await waitFor(() => {
    const last = new URL(requests.filter((request) => request.url.includes("audit-records")).at(-1)?.url ?? "");
    expect(last.searchParams.get("actor")).toBe("mem_1");
    expect(last.searchParams.has("since")).toBe(true);
  });
});

it("says when nothing was changed", async () => {
  open("/audit");
  await screen.findByText("Nothing was changed in this time.");
});
