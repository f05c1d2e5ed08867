import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { ME, problem, stubGateway } from "@/test/gateway";
import type { Source } from "../api/sources";
import { dataset, list } from "../testing";

const PATH = "/api/v1/datasets/ds_garden";
const KINDS = list([
  {
    name: "web",
    title: "Web pages",
    description: "Pages of a site.",
    settings_schema: {
      type: "object",
      required: ["addresses"],
      properties: {
        addresses: { type: "array", title: "Addresses", items: { type: "string" } },
        token: { type: "string", title: "Token", writeOnly: true },
      },
    },
  },
  { name: "wiki", title: "Wiki", description: "A wiki.", settings_schema: { type: "object", properties: {} } },
]);

function source(more: Partial<Source> = {}): Source {
  return {
    id: "src_1",
    dataset_id: "ds_garden",
    name: "docs",
    kind: "web",
    settings: { addresses: ["https://example.org"] },
    secrets: ["token"],
    every_hours: 24,
    documents: 3,
    created_at: "2026-01-01T00:00:00Z",
    sync: {
      number: 2,
      status: "succeeded",
      counts: { added: 2, changed: 1, unchanged: 0, removed: 0, failed: 1 },
      ordered_at: "2026-01-01T00:00:00Z",
      ended_at: "2026-01-01T00:01:00Z",
    },
    ...more,
  };
}

function open(routes: Record<string, unknown>) {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    [`GET ${PATH}`]: dataset("garden"),
    [`GET ${PATH}/sources`]: list([source()]),
    "GET /api/v1/source-kinds": KINDS,
    ...routes,
  });
  render(consoleAt("/knowledge/ds_garden/sources").element);
  return gateway;
}

async function sent(requests: readonly Request[], method: string): Promise<unknown> {
  return requests.findLast((request) => request.method === method)?.json();
}

afterEach(() => vi.unstubAllGlobals());

describe("sources of a dataset", () => {
  it("are added with what their kind asks for", async () => {
    let sources: Source[] = [];
    const { requests } = open({
      [`GET ${PATH}/sources`]: () => list(sources),
      [`POST ${PATH}/sources`]: () => {
        sources = [source()];
        return sources[0];
      },
    });
    await screen.findByRole("heading", { name: "No sources yet" });
    await userEvent.click(screen.getByRole("button", { name: "Add source" }));
    const dialog = within(await screen.findByRole("dialog"));
    await dialog.findByRole("radio", { name: /Web pages/ });
    await userEvent.type(dialog.getByLabelText(/Name/), "docs");
    expect(dialog.getByRole<HTMLButtonElement>("button", { name: "Add source" }).disabled).toBe(true);
    await userEvent.type(dialog.getByLabelText(/Addresses/), "https://example.org");
    await userEvent.click(dialog.getByRole("combobox", { name: "Synced by itself" }));
    await userEvent.click(screen.getByRole("option", { name: "Every day" }));
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(dialog.getByRole("button", { name: "Add source" }));

    await screen.findByRole("heading", { name: "docs" });
    expect(await sent(requests, "POST")).toEqual({
      name: "docs",
      kind: "web",
      settings: { addresses: ["https://example.org"] },
      every_hours: 24,
    });
  });

  it("tell how they are, and are synced again", async () => {
    const { requests } = open({ [`POST ${PATH}/sources/src_1/syncs`]: source() });
    await screen.findByText("In part");
    screen.getByText("Every day");
    screen.getByText(/3 documents/);
    await userEvent.click(screen.getByRole("button", { name: "Sync now" }));
    await screen.findByText("The sync of docs has been ordered.");
    expect(await sent(requests, "POST")).toEqual({ allow_empty: false });
    expect(await faultsOf(document.body)).toEqual([]);
  });

  it("are stopped while they are synced", async () => {
    const going = source({ sync: { number: 3, status: "running", counts: {}, ordered_at: "2026-01-01T00:00:00Z" } });
    let isStopped = false;
    const stopped = source({ sync: { number: 3, status: "cancelled", counts: {}, ordered_at: "2026-01-01T00:00:00Z" } });
    open({
      [`GET ${PATH}/sources`]: () => list([isStopped ? stopped : going]),
      [`POST ${PATH}/sources/src_1/cancellations`]: () => {
        isStopped = true;
        return stopped;
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Stop" }));
    await screen.findByText("Stopped");
    screen.getByRole("button", { name: "Sync now" });
  });

  it("say why they failed, and go on without what is gone only when told to", async () => {
    const failed = source({
      sync: { number: 3, status: "failed", counts: {}, ordered_at: "2026-01-01T00:00:00Z", error: "Hardly anything is left.", error_code: "source_emptied" },
    });
    const { requests } = open({ [`GET ${PATH}/sources`]: list([failed]), [`POST ${PATH}/sources/src_1/syncs`]: failed });
    await screen.findByText("Hardly anything is left.");
    await userEvent.click(screen.getByRole("button", { name: "Sync, and remove what is gone" }));
    await waitFor(async () => expect(await sent(requests, "POST")).toEqual({ allow_empty: true }));
  });

  it("keep their secrets when they are changed", async () => {
    const { requests } = open({ [`PATCH ${PATH}/sources/src_1`]: source() });
    await userEvent.click(await screen.findByRole("button", { name: "More actions: docs" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Edit" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.type(dialog.getByLabelText(/Name/), " 2");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(async () =>
      expect(await sent(requests, "PATCH")).toEqual({ name: "docs 2", settings: { addresses: ["https://example.org"] }, every_hours: 24 }),
    );
  });

  it("show what was met there", async () => {
    open({
      [`GET ${PATH}/sources/src_1/items`]: list([
        { id: "https://example.org/a", name: "a", outcome: "added", sync: 2, document_id: "doc_1" },
        { id: "https://example.org/b", name: "b", outcome: "failed", sync: 2, error: "The page is too large." },
      ]),
    });
    await userEvent.click(await screen.findByRole("button", { name: "More actions: docs" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Items" }));
    await screen.findByText("The page is too large.");
    expect(screen.getByRole("link", { name: "a" }).getAttribute("href")).toBe("/knowledge/ds_garden/documents/doc_1");
    expect(await faultsOf(document.body)).toEqual([]);
  });

  it("go with their documents or without them", async () => {
    const { requests } = open({ [`DELETE ${PATH}/sources/src_1`]: () => new Response(null, { status: 204 }) });
    await userEvent.click(await screen.findByRole("button", { name: "More actions: docs" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Remove source" }));
    await userEvent.click(await screen.findByRole("checkbox", { name: "Remove its documents, too" }));
    await userEvent.click(screen.getByRole("button", { name: "Remove source" }));
    await screen.findByText("docs was removed.");
    expect(requests.find(({ method }) => method === "DELETE")?.url).toContain("documents=remove");
  });

  it("cannot always be read", async () => {
    open({ [`GET ${PATH}/sources`]: () => problem(503, "unavailable", { title: "Not now" }) });
    await screen.findByRole("heading", { name: "Not now" });
  });
});
