import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { app, ME, problem, stubGateway } from "@/test/gateway";
import type { Site } from "./api";
import { orderOf, pythonOf, snippets } from "./snippets";

const LOOK: Site["look"] = { title: "", description: "", greeting: "", suggestions: [], color: "#b45309", theme: "auto", language: "auto", disclaimer: "" };
const CLOSED: Site = { is_open: false, address: null, embed_code: null, look: LOOK, updated_at: null };
const OPEN: Site = {
  is_open: true,
  address: "http://skep.test/chat/abc",
  embed_code: '<iframe src="http://skep.test/chat/abc?embed=1"></iframe>',
  look: { ...LOOK, greeting: "Hello." },
  updated_at: "2026-01-01T00:00:00Z",
};
const PUBLISHED = app("orders", { published: { version: "v1", number: 1, published_at: "2026-01-01T00:00:00Z" } });

function open(site: Site, routes: Record<string, unknown> = {}) {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/apps/app_orders": PUBLISHED,
    "GET /api/v1/apps/app_orders/site": site,
    "GET /api/v1/apps/app_orders/versions/v1": { document: { nodes: {} } },
    "GET /api/v1/node-types": { items: [] },
    ...routes,
  });
  const { element } = consoleAt("/apps/app_orders/share");
  render(element);
  return gateway;
}

const sentTo = async (requests: Request[]) => {
  await waitFor(() => expect(requests.some(({ method }) => method === "PUT")).toBe(true));
  return (await requests.find(({ method }) => method === "PUT")?.json()) as Record<string, unknown>;
};

afterEach(() => vi.unstubAllGlobals());

describe("the page of an app", () => {
  it("is opened with a switch, and then has an address and a preview", async () => {
    const { requests } = open(CLOSED, { "PUT /api/v1/apps/app_orders/site": OPEN });
    await screen.findByText("Open the page to see it here.");
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(screen.getByRole("switch", { name: "Closed" }));
    await screen.findByText("http://skep.test/chat/abc");
    expect(screen.getByTitle("The page").getAttribute("src")).toBe("/chat/abc?embed=1");
    expect(await sentTo(requests)).toEqual({ is_open: true, renew_address: false, look: LOOK });
  });

  it("is changed, suggestions line by line", async () => {
    const { requests } = open(OPEN, { "PUT /api/v1/apps/app_orders/site": OPEN });
    await userEvent.type(await screen.findByLabelText(/Suggestions/), "One?{enter}{enter} Two? ");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await sentTo(requests)).toEqual({ is_open: true, renew_address: false, look: { ...OPEN.look, suggestions: ["One?", "Two?"] } });
  });

  it("says why it could not be changed", async () => {
    open(OPEN, { "PUT /api/v1/apps/app_orders/site": problem(422, "invalid_input", { detail: "No.", errors: [{ pointer: "/look/greeting", message: "is too long" }] }) });
    await userEvent.type(await screen.findByLabelText(/Greeting/), "!");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect((await screen.findAllByText("is too long")).length).toBeGreaterThan(0);
  });

  it("gets a new address after asking", async () => {
    const { requests } = open(OPEN, { "PUT /api/v1/apps/app_orders/site": OPEN });
    await userEvent.click(await screen.findByRole("button", { name: "New address" }));
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "New address" }));
    expect((await sentTo(requests))["renew_address"]).toBe(true);
  });

  it("waits for something to be published", async () => {
    open(CLOSED, { "GET /api/v1/apps/app_orders": app("orders") });
    await screen.findByText("Nothing is published yet");
  });
});

describe("code for programs", () => {
  const fields = [
    { name: "topic", required: true },
    { name: "count", type: "number" as const, required: true, default: 3 },
    { name: "loud", type: "checkbox" as const, required: true },
    { name: "tone", type: "select" as const, options: ["dry"], required: true },
    { name: "hidden", required: true, hidden: true },
    { name: "optional" },
  ];
  const wanted = { origin: "https://skep.test", app: { id: "app_1", name: "it's", mode: "workflow" as const }, fields };

  it("asks for what the app needs", () => {
    expect(orderOf(wanted)).toEqual({ app: "it's", inputs: { topic: "…", count: 3, loud: true, tone: "dry" } });
    expect(orderOf({ ...wanted, app: { ...wanted.app, mode: "chat" }, fields: [] })).toEqual({ app: "it's", query: "Hello!", inputs: {} });
  });

  it("is quoted for each language", () => {
    const code = snippets(wanted);
    expect(code.curl).toContain(String.raw`"app": "it'\''s"`);
    expect(code.python).toContain('"loud": True,');
    expect(code.python).toContain('print(answer.json()["outputs"])');
    expect(code.javascript).toContain('"app": "it\'s"');
    expect(code.openai).toContain(`model="app/it's"`);
  });

  it("writes values as Python does", () => {
    expect(pythonOf({ a: [null, false, 1, "x"], b: {} }, 0)).toBe('{\n    "a": [None, False, 1, "x"],\n    "b": {},\n}');
  });
});
